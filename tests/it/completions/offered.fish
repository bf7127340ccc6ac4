# What fish offers at the end of each line. Usage: fish --no-config offered.fish SCRIPT LINE...
source $argv[1]
for line in $argv[2..-1]
    echo "= $line"
    complete -C $line | string replace -r '\t.*' ''
end
# The last answer may be none, which is no failure.
true
