#!/bin/bash
# needs: /usr/share/bash-completion/bash_completion
# The functions of bash-completion, without readline: what they ask of it is said by functions of the case.
complete() { :; }
compopt() { echo "compopt $*" >&2; }
compgen() {
  local words= prefix= suffix= filter= action= word OPTIND=1 opt IFS=$' \t\n'
  while getopts 'W:P:S:X:A:o:F:abcdefgjksuv' opt; do
    case $opt in
    W) eval "words=($OPTARG)" 2>/dev/null; action=words ;;
    P) prefix=$OPTARG ;;
    S) suffix=$OPTARG ;;
    X) filter=$OPTARG ;;
    f | d) action+=$opt ;;
    A | o | F) action=$OPTARG ;;
    *) action=$opt ;;
    esac
  done
  shift $((OPTIND - 1)); [[ ${1-} == -- ]] && shift
  case $action in
  *f*) words=("${1-}"*) ;;
  d) words=("${1-}"*/); words=("${words[@]%/}") ;;
  variable | v) eval "words=(\"\${!${1:-a}@}\")" ;;
  esac
  local found=1
  for word in "${words[@]}"; do
    [[ $word == "${1-}"* ]] || continue
    if [[ $filter == !* ]]; then
      [[ $word == ${filter#!} ]] || continue
    elif [[ $filter ]]; then
      [[ $word != $filter ]] || continue
    fi
    printf '%s\n' "$prefix$word$suffix"; found=0
  done
  return $found
}
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
. /usr/share/bash-completion/bash_completion; echo "bash_completion: $?"; declare -F | wc -l
mkdir -p files/sub 'files/a folder' && cd files && touch one.txt two.c 'three 3.c' .hidden sub/inner.c archive.tar.gz
completed() {
  local line=$1 function=$2; shift 2
  COMP_LINE=$line COMP_POINT=${#line} COMP_TYPE=9 COMP_KEY=9
  eval "COMP_WORDS=($line)"
  [[ $line == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
  "$function" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]-}" "$@"
  echo "$line => $? (${#COMPREPLY[@]})"; ((${#COMPREPLY[@]})) && printf '  <%s>\n' "${COMPREPLY[@]}" | sort
}
parts() {
  local cur prev words cword split=
  _init_completion -s -n : || return
  declare -p cur prev cword words split
  _count_args
  echo "$args"
}
for line in 'cmd ' 'cmd a' 'cmd --opt=val' 'cmd a:b' 'cmd "a b" c' 'cmd -a -b c d:e:f' 'cmd $HO' 'cmd ~'; do
  completed "$line" parts
done
files() { local cur=$2; _filedir "$@"; }
f() { local cur=${COMP_WORDS[COMP_CWORD]}; _filedir "${@:4}"; }
for line in 'ls ' 'ls o' 'ls thr' 'ls sub/' 'ls .h' 'ls ./t' 'ls nosuch'; do
  completed "$line" f
  completed "$line" f -d
  completed "$line" f '@(c|txt)'
done
for text in "" a "a b" "'x" '"y z' '~/x' 'a\ b' '$v' 'a*'; do
  quote "$text"
  echo
  quote_readline "$text"
  echo
  _quote_readline_by_ref "$text" quoted
  echo "$quoted"
  dequote "${text//[\'\"\$*]/}"
  echo
done
printf '%s\n' '  -a, --all  do all' '  --color[=WHEN]  colour' '  -o FILE, --output=FILE' '  --[no-]thing' \
  '-x|--ex <y>' '  -h' >help
_parse_help - <help
echo ==
_parse_help cat | head -5
echo ==
printf 'usage: x [-abc] [-d <x>] [--long[=y]] {-e|--either}\n' | _parse_usage -
echo ==
_parse_help ls | sort | head -70
_upvars -v a 1 -a2 b 'x y' z 2>&1
g() {
  local a b
  h
  declare -p a b
}
h() {
  local a b
  _upvars -v a 1 -a2 b 'x y' z
}
g
for s in HUP ''; do cur=SIG$s; COMPREPLY=(); _signals; echo "${#COMPREPLY[@]}"; done
_get_comp_words_by_ref -n =: cur prev words cword
declare -p cur prev cword
COMPREPLY=(a:b:c a:b:d)
__ltrim_colon_completions a:b
declare -p COMPREPLY
_get_pword
_get_cword
_tilde '~nosuch'
echo $?
cur='~root/x'
__expand_tilde_by_ref cur
echo "$cur"
_expand
echo "$cur"
_variables() {
  :
}
cur='${HO'
for v in '$HO' '${HO' '${#HO' '${!HO'; do
  [[ $v =~ ^(\$(\{[!#]?)?)([A-Za-z0-9_]*)$ ]] && declare -p BASH_REMATCH
done
for n in tar make git chmod find ssh gzip awk kill dd man sed sort xargs grep cp ln mkdir id nl od wget curl; do
  [[ -r /usr/share/bash-completion/completions/$n ]] || { echo "no $n"; continue; }
  . "/usr/share/bash-completion/completions/$n"; echo "$n: $?"
done
for line in 'chmod -' 'chmod u' 'kill -' 'dd if=' 'dd con' 'find . -t' 'find . -type ' 'tar -x' 'tar xf ' 'tar cf \
  x.tar o' 'gzip -' 'gzip ' 'make ' 'sed --' 'awk -' 'man -' 'xargs --' 'curl --ur' 'wget --no-c' 'ssh -' 'sort --f' \
  'id -' 'nl --' 'mkdir --'
do
  name=${line%% *}; [[ $(type -t "_$name") == function ]] && completed "$line" "_$name" || completed "$line" _longopt
done
declare -F _known_hosts_real _ip_addresses _xinetd_services _service _user_at_host _cd _command_offset _root_command \
  _longopt _filedir_xspec _minimal
xs() {
  for n in _xspecs "_xspecs[vi]" "_xspecs[bunzip2]" "_xspecs[gzip]"; do
    printf '%s=%s\n' "$n" "${!n-}"
  done
  echo ${#_xspecs[@]}
}
xs
completed 'bunzip2 a' _filedir_xspec
completed 'cd s' _cd
completed 'cd a' _cd
completed 'nosuch o' _minimal
completed 'ls --si' _longopt
:
