#define _GNU_SOURCE
#include "spawn_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform_faults.h"
#include "platform_signals.h"

#ifdef __GLIBC__
// The sanitizers replace `sigaction` and remember what they see; they must not see the child's.
extern int __sigaction(int signal, const struct sigaction *action, struct sigaction *before);
#define set_action __sigaction
#else
#define set_action sigaction
#endif

static uint64_t bit(int signal) { return UINT64_C(1) << (signal - 1); }

// The thread is the parent's, whose thread-local storage the child shares while it runs.
static _Thread_local struct spawn_context *current_context;

IN_CHILD static void catch_stop(int signal) { current_context->caught_stops |= bit(signal); }

IN_CHILD static bool fail(struct spawn_context *context, enum platform_spawn_stage stage, int error, int detail) {
  context->failure->stage = stage;
  context->failure->detail = detail;
  context->failure->error = error;
  return false;
}

// A raw call that is repeated while it is interrupted.
#define RETRY(result, call)                  \
  do {                                       \
    result = (call);                         \
  } while (result == -1 && errno == EINTR)

uint64_t platform_block_all_signals(void) {
  uint64_t all = ~UINT64_C(0), before = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
  return before;
}

void platform_restore_signal_mask(uint64_t mask) {
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, (uint64_t *)0, sizeof mask);
}

// A stop signal that arrives after the mask is opened and before exec would stop the child while the parent waits
// for that exec, and the terminal would be stuck. So it is caught (exec makes it the default again), and the parent
// sends it once more to the program that now runs.
IN_CHILD static bool catch_stops(struct spawn_context *context, uint64_t defaults, uint64_t ignored) {
  static const int stops[] = {SIGTSTP, SIGTTIN, SIGTTOU};
  for (int i = 0; i < 3; i++) {
    int signal = stops[i];
    if (ignored & bit(signal)) continue;
    struct sigaction before, action = {.sa_handler = catch_stop, .sa_flags = SA_RESTART};
    if (set_action(signal, &action, &before) != 0) return fail(context, PLATFORM_SPAWN_SIGNALS, errno, signal);
    bool stays_ignored = before.sa_handler == SIG_IGN && !(defaults & bit(signal));
    if (stays_ignored) set_action(signal, &before, 0);
  }
  return true;
}

IN_CHILD static bool set_signals(struct spawn_context *context) {
  const struct platform_spawn_request *request = context->request;
  uint64_t unchangeable = bit(SIGKILL) | bit(SIGSTOP) | bit(32) | bit(33);
  uint64_t ignored = request->ignored_signals & ~unchangeable;
  uint64_t defaults = (request->default_signals | platform_handled_signals()) & ~ignored & ~unchangeable;
  for (uint64_t rest = defaults | ignored; rest; rest &= rest - 1) {
    int signal = __builtin_ctzll(rest) + 1;
    struct sigaction action = {.sa_handler = ignored & bit(signal) ? SIG_IGN : SIG_DFL};
    if (set_action(signal, &action, 0) != 0) return fail(context, PLATFORM_SPAWN_SIGNALS, errno, signal);
  }
  return !context->catches_stops || catch_stops(context, defaults, ignored);
}

IN_CHILD static bool set_process_group(struct spawn_context *context) {
  const struct platform_spawn_request *request = context->request;
  if (request->process_group >= 0) {
    int error = PLATFORM_FAULT(PLATFORM_CALL_SETPGID);
    if (error == 0 && syscall(SYS_setpgid, 0, request->process_group) != 0) error = errno;
    if (error) return fail(context, PLATFORM_SPAWN_PROCESS_GROUP, error, 0);
  }
  if (request->terminal >= 0) {
    // SIGTTOU is blocked here, so a background process may do this.
    int group = (int)syscall(SYS_getpgid, 0);
    int error = PLATFORM_FAULT(PLATFORM_CALL_TCSETPGRP);
    if (error == 0 && syscall(SYS_ioctl, request->terminal, TIOCSPGRP, &group) != 0) error = errno;
    if (error) return fail(context, PLATFORM_SPAWN_TERMINAL, error, 0);
  }
  return true;
}

IN_CHILD static bool set_directory(struct spawn_context *context) {
  const struct platform_spawn_request *request = context->request;
  if (request->directory >= 0) {
    int error = PLATFORM_FAULT(PLATFORM_CALL_CHDIR);
    if (error == 0 && syscall(SYS_fchdir, request->directory) != 0) error = errno;
    if (error) return fail(context, PLATFORM_SPAWN_DIRECTORY, error, 0);
  }
  if (request->umask >= 0) syscall(SYS_umask, request->umask);
  return true;
}

IN_CHILD static bool set_limits(struct spawn_context *context) {
  const struct platform_spawn_request *request = context->request;
  for (size_t i = 0; i < request->limit_count; i++) {
    const struct platform_spawn_limit *limit = &request->limits[i];
    uint64_t pair[2] = {limit->soft, limit->hard};
    if (syscall(SYS_prlimit64, 0, limit->resource, pair, (uint64_t *)0) != 0)
      return fail(context, PLATFORM_SPAWN_LIMIT, errno, limit->resource);
  }
  return true;
}

// A process that waits for the other side of a FIFO must hold nothing open that is not its own: somebody may wait for
// the end of a pipe.
IN_CHILD static void close_unneeded(const struct platform_spawn_request *request) {
  for (unsigned next = 0;;) {
    unsigned source = ~0U;
    for (size_t i = 0; i < request->descriptor_count; i++) {
      unsigned candidate = (unsigned)request->descriptors[i].source;
      if (request->descriptors[i].source >= 0 && candidate >= next && candidate < source) source = candidate;
    }
    if (source == ~0U) {
      syscall(SYS_close_range, next, ~0U, 0);
      return;
    }
    if (source > next) syscall(SYS_close_range, next, source - 1, 0);
    next = source + 1;
  }
}

// Opens what the child opens itself, and fills the numbers into the table.
IN_CHILD static bool open_files(struct spawn_context *context) {
  const struct platform_spawn_request *request = context->request;
  if (request->opening_count && request->started) {
    close_unneeded(request);
    platform_restore_signal_mask(0);
  }
  for (size_t i = 0; i < request->opening_count; i++) {
    const struct platform_spawn_opening *opening = &request->openings[i];
    int flags = opening->flags | O_CLOEXEC | O_NOCTTY;
    long opened;
    RETRY(opened, syscall(SYS_openat, AT_FDCWD, opening->path, flags, opening->mode));
    if (opened < 0) return fail(context, PLATFORM_SPAWN_OPEN, errno, (int)i);
    for (size_t j = 0; j < request->descriptor_count; j++)
      if (request->descriptors[j].source == PLATFORM_OPENED((int)i)) request->descriptors[j].source = (int)opened;
  }
  return true;
}

// Whether placing another entry would overwrite this one's source before it is used.
IN_CHILD static bool is_overwritten(const struct platform_spawn_request *request, size_t index) {
  int source = request->descriptors[index].source;
  for (size_t i = 0; i < request->descriptor_count; i++) {
    const struct platform_spawn_descriptor *other = &request->descriptors[i];
    if (i != index && other->target == source && other->source != source) return true;
  }
  return false;
}

IN_CHILD static long place_descriptor(const struct platform_spawn_descriptor *entry) {
  long result;
  if (entry->source == entry->target) {
    RETRY(result, syscall(SYS_fcntl, entry->target, F_SETFD, 0));
  } else {
    RETRY(result, syscall(SYS_dup3, entry->source, entry->target, 0));
  }
  return result;
}

// Everything between the entries is closed by exec. Kernels before 5.11 refuse; there close-on-exec flags, which
// all our own descriptors have, do the same.
IN_CHILD static void close_the_rest(const struct platform_spawn_request *request) {
  unsigned next = 0;
  for (size_t i = 0; i < request->descriptor_count; i++) {
    unsigned target = (unsigned)request->descriptors[i].target;
    if (target > next) syscall(SYS_close_range, next, target - 1, CLOSE_RANGE_CLOEXEC);
    next = target + 1;
  }
  unsigned last = PLATFORM_DESCRIPTOR_LIMIT - 1;
  if (next <= last) syscall(SYS_close_range, next, last, CLOSE_RANGE_CLOEXEC);
}

IN_CHILD static bool is_target(const struct platform_spawn_request *request, int number) {
  for (size_t i = 0; i < request->descriptor_count; i++)
    if (request->descriptors[i].target == number) return true;
  return false;
}

IN_CHILD int platform_move_descriptor(const struct platform_spawn_request *request, int source) {
  size_t count = request->descriptor_count;
  int highest = count ? request->descriptors[count - 1].target : -1;
  long moved = syscall(SYS_fcntl, source, F_DUPFD_CLOEXEC, highest + 1);
  // Where the highest target is the last number that the process may open, a number between the targets is free.
  for (int least = 0; moved < 0 && (errno == EINVAL || errno == EMFILE) && least <= highest;) {
    long found = syscall(SYS_fcntl, source, F_DUPFD_CLOEXEC, least);
    if (found < 0) break;
    if (!is_target(request, (int)found)) return (int)found;
    syscall(SYS_close, found);
    least = (int)found + 1;
  }
  return (int)moved;
}

IN_CHILD static bool place_descriptors(struct spawn_context *context) {
  const struct platform_spawn_request *request = context->request;
  size_t count = request->descriptor_count;
  for (size_t i = 0; i < count; i++) {
    struct platform_spawn_descriptor *entry = &request->descriptors[i];
    if (entry->source == entry->target || !is_overwritten(request, i)) continue;
    int moved = platform_move_descriptor(request, entry->source);
    if (moved < 0) return fail(context, PLATFORM_SPAWN_DESCRIPTOR, errno, entry->target);
    entry->source = moved;
  }
  for (size_t i = 0; i < count; i++) {
    int error = PLATFORM_FAULT(PLATFORM_CALL_DUP);
    if (error == 0 && place_descriptor(&request->descriptors[i]) < 0) error = errno;
    if (error) return fail(context, PLATFORM_SPAWN_DESCRIPTOR, error, request->descriptors[i].target);
  }
  close_the_rest(request);
  return true;
}

IN_CHILD static void execute(struct spawn_context *context) {
  const struct platform_spawn_request *request = context->request;
  int error = PLATFORM_FAULT(PLATFORM_CALL_EXEC);
  if (error == 0) {
    platform_restore_signal_mask(0);
    syscall(SYS_execve, request->path, request->arguments, request->environment);
    error = errno;
    platform_block_all_signals();
  }
  fail(context, PLATFORM_SPAWN_EXECUTE, error, 0);
}

// The descriptors come before the limits, since a new limit on open files must not stand in their way.
IN_CHILD void platform_run_spawn_steps(struct spawn_context *context) {
  current_context = context;
  if (set_signals(context) && set_process_group(context) && set_directory(context) && open_files(context)
      && place_descriptors(context) && set_limits(context))
    execute(context);
}
