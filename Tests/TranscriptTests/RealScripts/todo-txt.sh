#!/bin/bash
# needs: todo-txt
# todo-txt, a large bash script for lists of tasks.
show() { echo "== $*"; "$@" 2>&1; echo "-- $?"; }
mkdir -p .todo/actions && cat >.todo/config <<'EOF'
export TODO_DIR=$HOME/.todo
export TODO_FILE=$TODO_DIR/todo.txt DONE_FILE=$TODO_DIR/done.txt REPORT_FILE=$TODO_DIR/report.txt \
  TODO_ACTIONS_DIR=$TODO_DIR/actions
export TODOTXT_DATE_ON_ADD=0
EOF
printf '#!/bin/bash\necho "an action: $*"\n' >.todo/actions/own; chmod +x .todo/actions/own
t() { show todo-txt -d "$HOME/.todo/config" "$@" | sed -E 's/[0-9]{4}-[0-9-]+(T[0-9:]+)?/DATE/g'; }
t add 'buy milk @shop +home'; t add "call 'mother' @phone"; t a '(B) write & send the report +work @desk'
printf 'one more\nand another +home\n' >lines; t addm "$(cat lines)"
t ls
t -p ls
t pri 1 A
t p 2 C
t ls
t lsp
t lsp A-B
t lsc
t lsprj
t lsprj @shop
t ls +home
t ls -- -+home
t listall
t append 1 'and bread'
t prepend 2 soon
t replace 3 'replaced | text'
t depri 2
t del 4 more
t -f del 4
t move 1 done.txt
t -f move 2 other.txt
t -a do 1 
t do 1 5
t archive
t report
t lf
t lf done.txt
t deduplicate
t own a b
t listaddons
t shorthelp
t nosuch
t -V
t -@ ls
t -+ ls
t -P ls
t -vv ls; TODOTXT_SORT_COMMAND='sort -r' t ls
t help add
t command ls
t add ''
t pri 99 A
t do x
cat .todo/*.txt | sed 's/[0-9]\{4\}-[0-9-]*\(T[0-9:]*\)\{0,1\}/DATE/g'; rm -f .todo/*.txt
