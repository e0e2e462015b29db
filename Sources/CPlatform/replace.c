// Exec in place, with everything put back when it fails: an interactive shell goes on after a failed `exec`.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform_signals.h"
#include "platform_spawn.h"
#include "spawn_steps.h"

struct saved_descriptor {
  int duplicate;
  int flags;
};

struct saved_state {
  uint64_t signal_mask;
  struct sigaction actions[64];
  int directory;
  int umask; // -1 where the kernel refuses to tell
  struct saved_descriptor *descriptors;
  uint64_t (*limits)[2];
};

static void save_descriptors(const struct platform_spawn_request *request, struct saved_state *saved) {
  size_t count = request->descriptor_count;
  for (size_t i = 0; i < count; i++) {
    int target = request->descriptors[i].target;
    saved->descriptors[i].flags = fcntl(target, F_GETFD);
    saved->descriptors[i].duplicate = platform_move_descriptor(request, target);
  }
}

// The sources moved by the steps are no target and close at the next exec; they are closed here.
static void restore_descriptors(
    const struct platform_spawn_request *request, const struct platform_spawn_descriptor *original,
    const struct saved_state *saved) {
  for (size_t i = 0; i < request->descriptor_count; i++) {
    int target = request->descriptors[i].target;
    if (request->descriptors[i].source != original[i].source) close(request->descriptors[i].source);
    if (saved->descriptors[i].duplicate < 0) {
      close(target);
      continue;
    }
    dup3(saved->descriptors[i].duplicate, target, saved->descriptors[i].flags & FD_CLOEXEC ? O_CLOEXEC : 0);
    close(saved->descriptors[i].duplicate);
  }
}

static void save_state(const struct platform_spawn_request *request, struct saved_state *saved) {
  for (int signal = 1; signal <= 64; signal++) sigaction(signal, 0, &saved->actions[signal - 1]);
  saved->directory = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  saved->umask = (int)syscall(SYS_umask, 0);
  if (saved->umask >= 0) umask((mode_t)saved->umask);
  for (size_t i = 0; i < request->limit_count; i++)
    syscall(SYS_prlimit64, 0, request->limits[i].resource, (uint64_t *)0, saved->limits[i]);
  save_descriptors(request, saved);
}

static void restore_state(
    const struct platform_spawn_request *request, const struct platform_spawn_descriptor *original,
    const struct saved_state *saved) {
  for (size_t i = 0; i < request->limit_count; i++)
    syscall(SYS_prlimit64, 0, request->limits[i].resource, saved->limits[i], (uint64_t *)0);
  restore_descriptors(request, original, saved);
  if (saved->umask >= 0) umask((mode_t)saved->umask);
  if (saved->directory >= 0) {
    int result = fchdir(saved->directory);
    (void)result;
    close(saved->directory);
  }
  for (int signal = 1; signal <= 64; signal++)
    if (signal != SIGKILL && signal != SIGSTOP) sigaction(signal, &saved->actions[signal - 1], 0);
  platform_restore_signal_mask(saved->signal_mask);
}

void platform_replace_process(const struct platform_spawn_request *request, struct platform_spawn_failure *failure) {
  struct spawn_context context = {.request = request, .failure = failure, .catches_stops = false};
  size_t count = request->descriptor_count;
  struct platform_spawn_descriptor *original = calloc(count + 1, sizeof *original);
  struct saved_state saved = {
      .descriptors = calloc(count + 1, sizeof(struct saved_descriptor)),
      .limits = calloc(request->limit_count + 1, sizeof(uint64_t[2])),
  };
  if (!original || !saved.descriptors || !saved.limits) {
    *failure = (struct platform_spawn_failure){.stage = PLATFORM_SPAWN_FORK, .error = ENOMEM};
  } else {
    for (size_t i = 0; i < count; i++) original[i] = request->descriptors[i];
    saved.signal_mask = platform_block_all_signals();
    save_state(request, &saved);
    platform_run_spawn_steps(&context);
    restore_state(request, original, &saved);
  }
  free(original);
  free(saved.descriptors);
  free(saved.limits);
}
