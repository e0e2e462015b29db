// Fault injection: makes the n-th call of a system call fail, in debug builds only.
#ifndef PLATFORM_FAULTS_H
#define PLATFORM_FAULTS_H

#include <stdbool.h>

/// The system calls that can be made to fail.
enum platform_call {
  PLATFORM_CALL_OPEN,
  PLATFORM_CALL_CLOSE,
  PLATFORM_CALL_DUP,
  PLATFORM_CALL_PIPE,
  PLATFORM_CALL_READ,
  PLATFORM_CALL_WRITE,
  PLATFORM_CALL_SPAWN,
  PLATFORM_CALL_EXEC,
  PLATFORM_CALL_SETPGID,
  PLATFORM_CALL_TCSETPGRP,
  PLATFORM_CALL_WAITPID,
  PLATFORM_CALL_EPOLL,
  PLATFORM_CALL_CHDIR,
  PLATFORM_CALL_EVENTFD,
  PLATFORM_CALL_SOCKET,
  PLATFORM_CALL_THREAD,
  PLATFORM_CALL_EPOLL_WAIT,
  PLATFORM_CALL_TEE,
  PLATFORM_CALL_MEMFD,
  PLATFORM_CALL_STAND_IN,
  PLATFORM_CALL_SUCCESSOR,
  PLATFORM_CALL_COUNT
};

/// The error number with which this call of `call` must fail, or 0. Always 0 in release builds.
///
/// The environment variable `MEANWHILE_FAULTS`, read once, arms faults for the whole process:
/// `open:3:EMFILE,tcsetpgrp:1+:EIO` makes the third open fail, and every tcsetpgrp from the first on.
int platform_fault(enum platform_call call);

/// Arms a fault for the calling thread, as the environment variable does for the process; `error` 0 disarms it.
void platform_arm_fault(enum platform_call call, unsigned first, bool repeats, int error);

/// The name of `call` in `MEANWHILE_FAULTS`.
const char *platform_call_name(enum platform_call call);

// Costs nothing in release builds.
#ifdef DEBUG
#define PLATFORM_FAULT(call) platform_fault(call)
#else
#define PLATFORM_FAULT(call) 0
#endif

#endif
