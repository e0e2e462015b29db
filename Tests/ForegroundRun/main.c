// ForegroundRun SIGNAL PROGRAM ARGUMENT...: runs a program as a session's foreground job, and writes how that ended.
//
// The program gets a terminal, and leads a process group of its own, which is the terminal's foreground group: so a stop
// signal does stop it. It begins with SIGNAL ignored, where that is not 0, and all others at their default action. When
// it has stopped, it is continued. What loses its parent in the session is waited for, for a second at most.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  _exit(125);
}

// Opens a terminal, which becomes that of the session; it lasts as long as this process.
static int open_terminal(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) fail("a terminal");
  int terminal = open(ptsname(master), O_RDWR | O_CLOEXEC);
  if (terminal < 0) fail("a terminal");
  return terminal;
}

static void become(char **arguments, int ignored, int terminal) {
  setpgid(0, 0);
  // SIGTTOU is still ignored.
  if (tcsetpgrp(terminal, getpid()) != 0) fail("the foreground");
  for (int number = 1; number < NSIG; number++) signal(number, number == ignored ? SIG_IGN : SIG_DFL);
  execvp(arguments[0], arguments);
  fail(arguments[0]);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void wait_for_orphans(void) {
  double deadline = now() + 1;
  int status;
  pid_t process;
  while ((process = waitpid(-1, &status, WNOHANG | WUNTRACED)) != -1 && now() < deadline) {
    if (process > 0 && WIFSTOPPED(status)) kill(process, SIGCONT);
    usleep(2000);
  }
}

int main(int count, char **arguments) {
  if (count < 3) return 125;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  int terminal = open_terminal();
  signal(SIGTTOU, SIG_IGN);
  pid_t program = fork();
  if (program < 0) fail("fork");
  if (program == 0) become(arguments + 2, atoi(arguments[1]), terminal);
  bool has_stopped = false;
  int status;
  while (true) {
    if (waitpid(program, &status, WUNTRACED | WCONTINUED) < 0) {
      if (errno == EINTR) continue;
      fail("wait");
    }
    if (WIFSIGNALED(status) || WIFEXITED(status)) break;
    has_stopped = true;
    if (WIFSTOPPED(status)) kill(program, SIGCONT);
  }
  wait_for_orphans();
  if (WIFSIGNALED(status))
    dprintf(1, "ended by signal %d%s\n", WTERMSIG(status), has_stopped ? ", stopped" : "");
  else
    dprintf(1, "ended with status %d%s\n", WEXITSTATUS(status), has_stopped ? ", stopped" : "");
}
