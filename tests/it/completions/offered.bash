# What bash's function offers at the end of each line. Usage: bash --norc offered.bash SCRIPT LINE...
source "$1"
shift
# Only a terminal's completion has options.
compopt() { :; }
for line; do
    echo "= $line"
    read -ra COMP_WORDS <<<"$line"
    [[ $line != *' ' ]] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    _hangmeas hangmeas "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf '%s\n' "${COMPREPLY[@]}"
done
