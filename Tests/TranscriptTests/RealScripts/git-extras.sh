#!/bin/bash
# needs: /usr/bin/git-summary
# git-extras, with bash scripts only, on a generated repository.
export GIT_AUTHOR_DATE='2001-02-03T04:05:06Z' GIT_COMMITTER_DATE='2001-02-03T04:05:06Z' GIT_PAGER=cat PAGER=cat \
  EDITOR=true
export GIT_CONFIG_GLOBAL=$HOME/.gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global user.name 'A Tester'
git config --global user.email tester@example.org
git config --global init.defaultBranch master
git config --global advice.detachedHead false
show() { echo "== $*"; "$@"; echo "-- $?"; }
mkdir project && cd project || exit
echo first >file && show git setup
for word in one two three; do
  echo "$word" >>words; mkdir -p "$word/inner"; echo "$word" >"$word/inner/file"; git add .
  git -c user.name="Author $word" commit -q -m "Add $word" -m "Body of $word"
  git tag "v0.$((number += 1))"
done
show git summary
show git summary --line
# git-effort is left out: it needs ${x@P}, which there is not.
show git changelog --list --all
show git changelog --tag 1.0 -x -n
show git changelog --final-tag v0.3 CHANGES; cat CHANGES
show git authors --list
show git authors --no-email; cat AUTHORS
git add . && git commit -q -m notes
show git count --all
show git info --no-config
show git ignore '*.o' 'build dir/' '*.log'
show git ignore '*.o'
show git ignore -p private; cat .gitignore .git/info/exclude
show git alias co checkout; show git alias last 'log -1 HEAD'; show git alias; show git alias co
show git create-branch topic
echo more >>words; git commit -qam 'More words'; echo again >>words; git commit -qam 'Again'
show git show-tree
show git delta master
show git missing master
show git commits-since '2 days ago'
show git contrib 'Author one'
show git guilt v0.1 v0.3
show git local-commits
show git undo 1; show git undo --soft 1; git stash -q; git stash drop -q
show git squash v0.2 'squash it' 2>&1
show git feature shiny; echo f >feature; git add .; git commit -q -m feature; git checkout -q topic
show git feature finish shiny
show git feature -a bug tidy; git checkout -q topic; show git delete-branch bug/tidy
show git rename-tag v0.1 old-0.1; git tag
show git delete-tag v0.2; git tag
show git cp words copied/words; git log --oneline --follow copied/words
# A command of $(…) that fails does not end the script in bash, which has inherit_errexit off.
git config branch.topic.remote .; show git rename-branch topic renamed; git branch
show git show-merged-branches; show git show-unmerged-branches
show git delete-merged-branches
show git graft other 2>&1; git checkout -q -b other; echo o >o; git add .; git commit -q -m o; git checkout -q renamed
show git graft other
show git merge-into other master
show git sed one uno; cat words
show git sed -c 'two' 'dos'; git log --oneline -1
show git lock words; show git locked; show git unlock words
show git reset-file words HEAD~1
show git stamp Version 1.2; git log -1 --format=%B
show git archive-file; ls
show git root; cd one/inner && show git root; show git root -r; cd ../..
show git touch new/er file2; git status --short
show git back 2>&1; show git abort; show git coauthor 'Co Author' co@example.org
show git bulk --listall; git bulk --addworkspace w "$HOME"; show git bulk -w w status --short; show git bulk --listall
show git fresh-branch fresh; git ls-files
git checkout -q -f master; show git obliterate file 2>&1 | sed 's/Rewrite.*//'
show git reauthor --all --correct-name 'Correct' --old-email tester@example.org 2>&1 | sed 's/Rewrite.*//'
show git magic -m magic; show git utimes; show git standup -d 9000 -a all
show git psykorebase; show git scp; show git rscp; show git browse; show git pr; show git mr; show git release
show git extras --version; show git extras nonsense; show git repl <<<'status --short'
show git clear -f
show git clear-soft -f
show git rebase-patch
show git merge-repo
show git force-clone
show git fork
show git delete-submodule x; show git delete-squashed-branches; show git rename-remote a b; show git sync
rm -rf .git
rm -f "$HOME"/git-*
