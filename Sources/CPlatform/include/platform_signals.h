// The one owner of the process's signal dispositions.
//
// A handled signal sets a bit in one pending word and wakes one descriptor; nothing else happens in the handler.
// Sets of signals are 64-bit words in which signal n is bit n - 1.
#ifndef PLATFORM_SIGNALS_H
#define PLATFORM_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum platform_disposition {
  PLATFORM_SIGNAL_DEFAULT,
  PLATFORM_SIGNAL_IGNORE,
  PLATFORM_SIGNAL_HANDLE,
};

/// Pending where the terminal has sent SIGTSTP. Its number is one that the C library keeps to itself, so that no such
/// signal ever arrives.
#define PLATFORM_KEYBOARD_STOP 33

/// The handled signals that arrived and were not taken yet. Read it through the functions below.
extern uint64_t platform_pending_signals;

/// Whether any handled signal is pending: one relaxed load, cheap enough for every turn of a loop.
static inline bool platform_signals_are_pending(void) {
  return __atomic_load_n(&platform_pending_signals, __ATOMIC_RELAXED) != 0;
}

/// The pending signals, which stay pending.
static inline uint64_t platform_peek_pending_signals(void) {
  return __atomic_load_n(&platform_pending_signals, __ATOMIC_ACQUIRE);
}

/// Takes the pending signals that are in `set`: they are no longer pending.
static inline uint64_t platform_take_pending_signals(uint64_t set) {
  return __atomic_fetch_and(&platform_pending_signals, ~set, __ATOMIC_ACQ_REL) & set;
}

/// Makes `set` pending and wakes the descriptor, as the handler does. Safe from any thread and in a handler.
void platform_raise_pending_signals(uint64_t set);

/// write(2), which no SIGPIPE follows even where that is handled: EPIPE says it to who wrote, not to the process.
ssize_t platform_write(int descriptor, const void *bytes, size_t count);

/// Sets how `signal` is treated; returns 0 or an error number.
int platform_set_disposition(int signal, enum platform_disposition disposition);

/// From now on a signal whose default action ends the process first makes `group` the foreground process group of
/// `terminal`; -1 as the terminal ends that.
void platform_give_back_at_end(int terminal, int group);

/// The signals that are handled at the moment.
uint64_t platform_handled_signals(void);

/// The signals that this owner ignores at the moment.
uint64_t platform_ignored_signals(void);

/// Whether `signal` was ignored when this process began, whatever was set since.
bool platform_was_ignored_at_entry(int signal);

/// Whether `signal` is ignored at the moment.
bool platform_is_ignored(int signal);

/// The descriptor to which 8 bytes are written whenever a handled signal arrives; -1 for none. Returns the former.
int platform_set_signal_wake_descriptor(int descriptor);

/// Makes an event counter the wake descriptor unless there is one; returns it, or -1 with `errno` set.
int platform_make_signal_wake_descriptor(void);

/// The present wake descriptor, or -1.
int platform_signal_wake_descriptor(void);

#endif
