#!/bin/sh
# needs: git /usr/lib/git-core/git-subtree
# git's commands that are shell scripts, on a generated repository; git starts them with the shell under test.
GIT_AUTHOR_DATE='2001-02-03T04:05:06Z' GIT_COMMITTER_DATE='2001-02-03T04:05:06Z' GIT_PAGER=cat
GIT_CONFIG_GLOBAL=$HOME/.gitconfig GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_DATE GIT_COMMITTER_DATE GIT_PAGER GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
adopt "$(git --exec-path)" "$HOME/git-core" sh all || exit
GIT_EXEC_PATH=$HOME/git-core; export GIT_EXEC_PATH
git config --global user.name 'A Tester'
git config --global user.email tester@example.org
git config --global init.defaultBranch main
git config --global protocol.file.allow always
git config --global advice.detachedHead false

echo "== a repository with history"
git init -q library && cd library || exit
number=0
for word in one two three four five six seven eight; do
  echo "$word" >>words; mkdir -p "folder $word"; echo "$number $word" >"folder $word/file"
  git add . && git commit -q -m "Add $word"
  number=$((number + 1))
done
git tag first HEAD~7
git log --oneline

echo "== bisect"
git bisect start HEAD first
git bisect run sh -c '! grep -q six words'
git bisect log
git bisect reset

echo "== filter-branch"
# Without the lines of progress, which tell of seconds.
filter() {
  git filter-branch "$@" >log 2>&1
  status=$?
  tr '\r' '\n' <log | grep -v '^Rewrite'
  rm log
  echo "-- $status"
}
export FILTER_BRANCH_SQUELCH_WARNING=1
git branch filtered
filter --tree-filter 'tr a-z A-Z <words >w && mv w words' -- filtered
filter -f --env-filter 'GIT_AUTHOR_NAME="Another $GIT_COMMIT"' --msg-filter 'sed s/Add/Added/' \
  --index-filter 'git rm -rq --cached --ignore-unmatch "folder two"' \
  --tag-name-filter 'sed s/^/old-/' -- filtered first
filter -f --prune-empty --subdirectory-filter 'folder three' filtered
filter -f --commit-filter '
  if [ "$GIT_AUTHOR_NAME" = nobody ]; then skip_commit "$@"; else git commit-tree "$@"; fi' filtered
filter --no-such-option filtered
git log --format='%h %an %s' filtered old-first
git show-ref

echo "== submodule"
cd .. && git init -q program && cd program || exit
git submodule add "$HOME/library" 'a library'
git submodule add -b main --name second ../library b
git commit -q -m 'Add submodules'
git submodule status
git submodule foreach --quiet 'echo "$name $sm_path $toplevel"'
git submodule summary
git submodule set-url b "$HOME/library"
git submodule set-branch --default b
git clone -q "$HOME/program" ../clone && cd ../clone
git submodule update --init --recursive --jobs 2
git submodule sync
git submodule deinit -f --all
git submodule nonsense
git submodule status --cached

echo "== mergetool"
cd ../library && git checkout -q -b left && sed -i s/three/links/ words && git commit -qam left
git checkout -q -b right main && sed -i s/three/rechts/ words && git rm -q 'folder one/file' && git commit -qam right
git config mergetool.ours.cmd 'echo "$(basename "$LOCAL")" | sed "s/[0-9][0-9]*/N/"; cat "$LOCAL" "$REMOTE" >"$MERGED"'
git config mergetool.ours.trustExitCode true
git merge left
git mergetool --tool=ours --no-prompt
git mergetool --tool-help | head -3
git mergetool --tool=nosuch
git commit -qam merged; rm -f words.orig; cat words
git difftool --extcmd='echo compare' --no-prompt HEAD~1 HEAD | sed 's,/[^ ]*/,,g'

echo "== merge strategies"
git checkout -q -b octopus main~2
for branch in a b c; do
  git checkout -q -b "octo-$branch" octopus; echo "$branch" >"$branch"; git add .; git commit -q -m "$branch"
done
git checkout -q octopus
git merge -m octopus octo-a octo-b octo-c
git merge -s resolve -m resolved left
git merge-octopus nonsense
git log --oneline --graph

echo "== request-pull, subtree, quiltimport"
git request-pull first "$HOME/library" main
git request-pull
git subtree split --prefix='folder three' -b split --annotate='split: '
git subtree add --prefix=vendor "$HOME/program" main --squash
git subtree merge --prefix=vendor split --squash
git subtree pull --prefix=vendor "$HOME/program" main
mkdir ../patches && git format-patch -q -o ../patches main~2..main && (cd ../patches && ls >series)
git checkout -q -b quilted main~2 && git quiltimport --patches ../patches --author 'Somebody <s@example.org>'
git log --format='%an %s' -3
git instaweb --nonsense 2>&1 | head -3
git web--browse --browser=nosuch http://localhost/
cd .. && rm -rf git-core ./*/.git clone/.git
