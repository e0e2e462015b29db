#!/bin/bash
# needs: git /etc/bash.bashrc /etc/skel/.bashrc /usr/lib/git-core/git-sh-prompt
# The files that an interactive bash reads on Debian, and prompts of git and of liquidprompt.
show() { echo "== $*"; "$@" 2>&1; echo "-- $?"; }
PS1='$ '; debian_chroot=a-chroot; shopt -s expand_aliases
. /etc/bash.bashrc; echo "bashrc: $?"; printf '%s\n' "$PS1"; declare -f command_not_found_handle | head -3
. /etc/skel/.bashrc; echo "skel: $?"; printf '%s\n' "$PS1"; alias
for file in /etc/skel/.profile /etc/profile /etc/profile.d/*.sh; do
  . "$file"
  echo "$file: $?"
done
. /usr/lib/git-core/git-sh-prompt; echo "git-sh-prompt: $?"
export GIT_CONFIG_GLOBAL=$HOME/.gitconfig GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE='2001-02-03T04:05:06Z' \
  GIT_COMMITTER_DATE='2001-02-03T04:05:06Z'
git config --global user.name A
git config --global user.email a@b
git config --global init.defaultBranch main
git config --global advice.detachedHead false
prompts() {
  echo "prompts: $1"
  __git_ps1; echo; __git_ps1 '<%s>'; echo
  PS1=; __git_ps1 '[' ']'; printf '%s\n' "$PS1"; PS1=; __git_ps1 '[' ']' ' (%s)'; printf '%s\n' "$PS1"
}
prompts outside; git init -q r; cd r; prompts empty
export GIT_PS1_SHOWDIRTYSTATE=1 GIT_PS1_SHOWSTASHSTATE=1 GIT_PS1_SHOWUNTRACKEDFILES=1 GIT_PS1_SHOWUPSTREAM='verbose \
  name' GIT_PS1_DESCRIBE_STYLE=branch GIT_PS1_SHOWCONFLICTSTATE=yes
echo a >f; prompts untracked; git add f; prompts staged; git commit -qm one; echo b >>f; prompts dirty
for color in 1 ''; do GIT_PS1_SHOWCOLORHINTS=$color; prompts color; done
git stash -q
prompts stash
git checkout -q -b topic
echo c >f
git commit -qam two
git checkout -q main
echo d >f
git commit -qam three
git merge topic >/dev/null
prompts merging; git merge --abort; git rebase topic >/dev/null 2>&1
prompts rebasing; git rebase --abort
git branch -q -u topic
prompts diverged; GIT_PS1_SHOWUPSTREAM=auto
prompts auto; GIT_PS1_SHOWUPSTREAM='legacy verbose git'
prompts legacy
git tag -a -m t v1
git checkout -q HEAD~0
for s in contains tag describe default; do
  GIT_PS1_DESCRIBE_STYLE=$s
prompts $s; done
git bisect start -q HEAD HEAD~1 2>/dev/null
prompts bisect; git bisect reset -q 2>/dev/null; git cherry-pick topic >/dev/null 2>&1
prompts picking; git cherry-pick --abort; git config core.bare true
prompts bare; git config core.bare false; cd .git
prompts inside; cd ..
GIT_PS1_OMITSPARSESTATE=1 GIT_PS1_COMPRESSSPARSESTATE=1 GIT_PS1_STATESEPARATOR=+ GIT_PS1_HIDE_IF_PWD_IGNORED=1
git checkout -q main
prompts others
cd ..; rm -rf r/.git
