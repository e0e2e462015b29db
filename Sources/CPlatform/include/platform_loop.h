#ifndef PLATFORM_LOOP_H
#define PLATFORM_LOOP_H

#include <stdint.h>
#include <time.h>

/* What an event loop needs of the kernel and Swift cannot reach, or cannot reach as cheaply: thread-local storage,
   epoll with nanoseconds, an eventfd, a cycle counter, threads that nobody joins. */

/* The loop that this thread is driving, or NULL. */
extern _Thread_local void *platform_loop_of_thread;

static inline void *platform_current_loop(void) { return platform_loop_of_thread; }
static inline void platform_set_current_loop(void *loop) { platform_loop_of_thread = loop; }

/* A number that names the calling thread as long as it lives; never 0. */
static inline uintptr_t platform_thread_identity(void) { return (uintptr_t)&platform_loop_of_thread; }

static inline int64_t platform_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static inline int64_t platform_monotonic_nanoseconds(void) { return platform_clock(CLOCK_MONOTONIC); }
static inline int64_t platform_thread_processor_nanoseconds(void) { return platform_clock(CLOCK_THREAD_CPUTIME_ID); }

/* Ticks of a counter that is cheaper to read than a clock; their length is found by reading both. */
static inline uint64_t platform_ticks(void) {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  uint64_t ticks;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
  return (uint64_t)platform_monotonic_nanoseconds();
#endif
}

struct platform_readiness {
  int descriptor;
  uint32_t events;
};

enum { platform_readable = 1, platform_writable = 2, platform_hung_up = 4, platform_persistent = 8 };

/* Each returns a descriptor that is closed on exec, or -1 with errno set. */
int platform_epoll_create(void);
int platform_eventfd_create(void);

/* Watches `descriptor` for `events`: once, or again and again with `platform_persistent`. Works for a descriptor that
   is watched already. Returns 0, or -1 with errno set (EPERM: it is always ready). */
int platform_epoll_watch(int epoll, int descriptor, uint32_t events);
int platform_epoll_forget(int epoll, int descriptor);

/* Waits at most `nanoseconds` (negative: without limit). Returns the number of entries filled, 0 also when a signal
   handler ran, or -1 with errno set. */
int platform_epoll_wait(int epoll, struct platform_readiness *ready, int capacity, int64_t nanoseconds);

void platform_eventfd_signal(int descriptor);
void platform_eventfd_clear(int descriptor);

/* Starts a thread that nobody joins, with all signals blocked. Returns 0 or an error number. */
int platform_start_thread(void *(*body)(void *), void *context);

#endif
