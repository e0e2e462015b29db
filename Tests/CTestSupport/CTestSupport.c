#define _GNU_SOURCE
#include "CTestSupport.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int testOpenTerminal(char *path, size_t size) {
  int descriptor = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return -1;
  if (grantpt(descriptor) != 0 || unlockpt(descriptor) != 0 || ptsname_r(descriptor, path, size) != 0) return -1;
  return descriptor;
}

/// The file actions in order: everything that is given, then close what lies above, then the gaps.
static void describe(posix_spawn_file_actions_t *actions, const char *directory, const char *terminal,
                     const int *descriptors, int count) {
  for (int number = 0; number < count; number++) {
    if (descriptors[number] >= 0)
      posix_spawn_file_actions_adddup2(actions, descriptors[number], number);
    else if (descriptors[number] == -1)
      posix_spawn_file_actions_addopen(actions, number, terminal, O_RDWR, 0);
  }
  posix_spawn_file_actions_addclosefrom_np(actions, count);
  for (int number = 0; number < count; number++)
    if (descriptors[number] == -2) posix_spawn_file_actions_addclose(actions, number);
  if (directory) posix_spawn_file_actions_addchdir_np(actions, directory);
}

int testSpawn(pid_t *process, char *const arguments[], char *const environment[], const char *directory,
              const char *terminal, const int *descriptors, int count) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t all, none;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  describe(&actions, directory, terminal, descriptors, count);
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  int code = posix_spawnp(process, arguments[0], &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return code;
}

int testProcessDescriptor(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int testSeparateThread(void) {
  if (unshare(CLONE_FS) != 0) return -1;
  umask(022);
  return 0;
}

int testPipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int testUnnamedFile(const char *directory) {
  return open(directory, O_RDWR | O_TMPFILE | O_APPEND | O_CLOEXEC, 0600);
}

int testAdoptOrphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
