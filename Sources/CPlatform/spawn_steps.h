// What stands between vfork and exec: internal to this target.
//
// A child that shares our memory runs this, so it calls no function of the C library that takes a lock, allocates,
// or that a sanitizer replaces; mostly raw system calls.
#ifndef SPAWN_STEPS_H
#define SPAWN_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "platform_spawn.h"

// The sanitizers' bookkeeping is shared with the parent too, and must not see the child.
#define IN_CHILD __attribute__((no_sanitize("address", "thread", "undefined"), noinline))

#ifdef __GLIBC__
// `clone` under the name that the thread sanitizer does not replace: it would unlock its own locks twice.
extern int __clone(int (*body)(void *), void *stack, int flags, void *argument, ...);
#define clone_child __clone
#else
#define clone_child clone
#endif

struct spawn_context {
  const struct platform_spawn_request *request;
  struct platform_spawn_failure *failure;
  // Stop signals that came to the child between the opening of its mask and exec.
  volatile uint64_t caught_stops;
  bool catches_stops;
};

// A close-on-exec duplicate of `source` whose number is no target of the request; -1 with errno.
int platform_move_descriptor(const struct platform_spawn_request *request, int source);

// Does everything that `request` says and executes; returns only if that failed, with the failure filled in.
void platform_run_spawn_steps(struct spawn_context *context);

// Blocks every signal, those of the C library included, and gives the former mask.
uint64_t platform_block_all_signals(void);
void platform_restore_signal_mask(uint64_t mask);

#endif
