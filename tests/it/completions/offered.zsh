# What zsh offers at the end of each line. Usage: zsh -f offered.zsh FOLDER_OF_FUNCTION LINE...
zmodload zsh/zpty || exit 1
zpty shell zsh -f -i
zpty -w shell "PS1= PROMPT2= RPS1=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -D -u"
zpty -w shell 'compadd() { local -a hits; builtin compadd -A hits "$@"; print -rl -- "<"${^hits}">"; builtin compadd "$@"; }'
zpty -w shell 'offered() { print "<<begin>>"; _main_complete; compstate[insert]=; compstate[list]=; print "<<end>>"; }'
# The quotes keep the echo of this line from being taken for its answer.
zpty -w shell 'zle -C offered complete-word offered; bindkey "^I" offered; print "<<"ready">>"'
zpty -r -m shell seen '*<<ready>>*'
shift
for line; do
    zpty -w -n shell "$line"$'\t'
    zpty -r -m shell seen '*<<end>>*'
    print -r -- "= $line"
    print -r -- "${seen##*<<begin>>}" | tr -d '\r' | sed -n 's/^<\([^<].*\)>$/\1/p'
    zpty -w -n shell $'\C-u'
done
zpty -d shell
