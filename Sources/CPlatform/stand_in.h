// What makes up a stand-in: internal to this target.
#ifndef STAND_IN_H
#define STAND_IN_H

#include <stdint.h>

#include "platform_stand_in.h"

// The other signal that the C library keeps for itself: it has a stand-in look at what it is told.
#define WAKE_SIGNAL 33

#define CHANGE_COUNT 32

// A child that a thread of this process has a stand-in start, while that thread waits.
struct stand_in_child {
  int (*body)(void *);
  void *argument;
  // The upper end of the stack on which `body` runs.
  void *stack;
  // The signal that the stand-in gets when the child ends before it is a program; by exec it becomes SIGCHLD.
  int end_signal;
  // 0 until the child exists: its process ID then, set by the kernel.
  int *process;
  // 1 until the child has left this process's memory, by exec or by its end: cleared by the kernel then. Where there is no
  // child, the stand-in makes it minus an error number.
  int *shares_memory;
  // Of the thread that waits, whose thread-local storage the child uses.
  uintptr_t thread_pointer;
};

struct platform_stand_in {
  void *memory;
  int process;
  int parent;
  // The process of the shell, whose own signals are nothing to it: its parent, or what goes on for that.
  int owner;
  int group;
  // The signals that this process handled or ignored when it began, and that its children must not.
  uint64_t changed_signals;
  // Signals that it has received: set by it, taken by this process.
  uint64_t received;
  // Whether one of them came from the terminal.
  uint32_t is_of_terminal;
  // Whether it is in the list of those that have news, and the next in that list.
  uint32_t listing;
  struct platform_stand_in *next;
  // 0 until it is told to end; then `ENDING`, with the status or the signal.
  uint32_t ending;
  // With whom it lives: `keeping` says what is wanted, `kept` what is.
  uint32_t keeping;
  uint32_t kept;
  // Descriptors: of the process with which it lives when it is kept, and of its own signals.
  int keeper;
  int signals;
  // How often this process has asked whether all signals that were sent to it are noted, and how often it has answered.
  uint32_t asked;
  uint32_t answered;
  // The child that it is to start next.
  struct stand_in_child *child;
  // A child that could not become a program, and that it is to collect without a word; 0 for none.
  int failed;
  // What became of its children, as a ring: it has written `written` of them, of which this process has read `read`.
  struct platform_child_change changes[CHANGE_COUNT];
  uint32_t written;
  uint32_t read;
  // Whether it found the ring full, and has to be woken when it is not any more.
  uint32_t is_full;
};

// In the stand-in: starts the child that it was told to start, if any.
void stand_in_start_child(struct platform_stand_in *self);

// In the stand-in: writes down what became of its children; whether there was anything.
bool stand_in_reap(struct platform_stand_in *self);

// Whether a stand-in does nothing, since a signal or a debugger has stopped it, or has ended.
bool stand_in_is_stopped(const struct platform_stand_in *stand_in);
bool stand_in_has_ended(const struct platform_stand_in *stand_in);

// Has a stand-in start a child. Returns when that has left this process's memory: its process ID, or minus an error
// number. All signals must be blocked.
int stand_in_have_start(struct platform_stand_in *parent, struct stand_in_child *child);

// Has a stand-in collect a child that could not become a program, before its own end would leave that to somebody else.
void stand_in_have_collected(struct platform_stand_in *parent, int process);

#endif
