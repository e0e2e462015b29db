#define _GNU_SOURCE
#include "platform_spawn.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform_faults.h"
#include "spawn_steps.h"

#ifdef __GLIBC__
// `clone` under the name that the thread sanitizer does not replace: it would unlock its own locks twice.
extern int __clone(int (*body)(void *), void *stack, int flags, void *argument, ...);
#define clone_child __clone
#else
#define clone_child clone
#endif

// Enough for the steps and one signal frame with every vector register.
#define CHILD_STACK_BYTES 32768

IN_CHILD static int run_child(void *argument) {
  platform_run_spawn_steps(argument);
  syscall(SYS_exit_group, 127);
  return 127;
}

static void reap(int process) {
  int status;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
}

static void pass_on_stops(int process, uint64_t stops) {
  for (; stops; stops &= stops - 1) kill(process, __builtin_ctzll(stops) + 1);
}

int platform_spawn(const struct platform_spawn_request *request, struct platform_spawn_failure *failure) {
  // The stack is a part of ours: this call does not return before the child has left it.
  char stack[CHILD_STACK_BYTES] __attribute__((aligned(16)));
  struct spawn_context context = {.request = request, .failure = failure, .catches_stops = true};
  *failure = (struct platform_spawn_failure){.stage = PLATFORM_SPAWN_FORK};
  failure->error = PLATFORM_FAULT(PLATFORM_CALL_SPAWN);
  if (failure->error) return -1;

  uint64_t mask = platform_block_all_signals();
  int process = clone_child(run_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &context);
  int error = errno;
  if (process < 0) failure->error = error;
  if (process > 0 && failure->error) reap(process);
  if (process > 0 && !failure->error && context.caught_stops) pass_on_stops(process, context.caught_stops);
  platform_restore_signal_mask(mask);
  return failure->error ? -1 : process;
}
