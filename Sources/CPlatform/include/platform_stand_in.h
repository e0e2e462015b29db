// Stand-ins: processes that stand for coroutines, so that the rest of the system can signal and watch them.
//
// A stand-in shares this process's memory and descriptors and copies nothing. It waits for signals and notes them here,
// starts programs (`platform_spawn_request.parent`) and reaps them, and ends when it is told to. Its parent is this
// process, which has to reap it.
#ifndef PLATFORM_STAND_IN_H
#define PLATFORM_STAND_IN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/time.h>

/// A stand-in: its stack and what it shares with this process.
struct platform_stand_in;

/// Starts one; `NULL` with the error number in `error`. It joins the process group `group`; 0 makes it lead a group of
/// its own, -1 leaves it in this process's.
struct platform_stand_in *platform_start_stand_in(int group, int *error);

/// Its process ID.
int platform_stand_in_process(const struct platform_stand_in *stand_in);

/// The process ID of the next stand-in that has received a signal or reaped a child since it was last returned; 0 ends
/// the list of those that had when the list was begun. For one thread only.
int platform_next_with_news(void);

/// Has it be returned again, if it has received signals that were not taken.
void platform_announce_stand_in(struct platform_stand_in *stand_in);

/// The signals that it has received, but not from this process, and that were not taken yet. STOP and KILL never are
/// among them: the kernel acts on those, and the reaper sees it.
uint64_t platform_take_stand_in_signals(struct platform_stand_in *stand_in);

/// Whether a signal from the terminal, which is for its whole process group, was among them since the last call.
bool platform_take_terminal_signal(struct platform_stand_in *stand_in);

/// Waits until the signals that were sent to it before are noted; not for one that is stopped or ends.
void platform_await_stand_in(struct platform_stand_in *stand_in);

/// What became of a child of a stand-in, as wait4 tells it.
struct platform_child_change {
  int process;
  int status;
  struct timeval user;
  struct timeval system;
  long maximum_resident_kilobytes;
};

/// Takes the next change of a child; false where there is none.
bool platform_take_child_change(struct platform_stand_in *stand_in, struct platform_child_change *change);

/// Has it end with `status`, or by `signal` if that is not 0. Returns at once; the reaper sees the end.
void platform_end_stand_in(struct platform_stand_in *stand_in, int status, int signal);

/// Whether it was told to end.
bool platform_is_ending(const struct platform_stand_in *stand_in);

/// Waits until one that was told to end has ended, a tenth of a second at most; not for one that something has stopped.
bool platform_await_end(const struct platform_stand_in *stand_in);

/// Has it live on when this process ends: until it is told to end, or until `process`, whose descriptor `keeper` is, has
/// ended. It reads its signals from `signals` then. `false` if it does not answer, and dies with this process.
bool platform_keep_stand_in(struct platform_stand_in *stand_in, int process, int keeper, int signals);

/// Has it die with this process again, when the keeper was given up. `false` if it does not answer.
bool platform_stop_keeping_stand_in(struct platform_stand_in *stand_in);

/// Gives its memory back. Only after it was reaped.
void platform_free_stand_in(struct platform_stand_in *stand_in);

/// What is pending, beside real signals, when a stand-in has news. The C library keeps the signal of this number for
/// itself, so no program can send it to be handled here.
#define PLATFORM_STAND_IN_SIGNAL 32

#endif
