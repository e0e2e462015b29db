#ifndef PLATFORM_LOOP_H
#define PLATFORM_LOOP_H

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/* What an event loop needs of the kernel and Swift cannot reach, or cannot reach as cheaply: thread-local storage,
   epoll with nanoseconds, an eventfd, a cycle counter, threads that nobody joins. */

/* The loop that this thread is driving, or NULL. */
extern _Thread_local void *platform_loop_of_thread;

static inline void *platform_current_loop(void) { return platform_loop_of_thread; }
static inline void platform_set_current_loop(void *loop) { platform_loop_of_thread = loop; }

/* Whether this thread has ever driven a loop. */
extern _Thread_local int platform_drives_loops;

static inline int platform_thread_drives_loops(void) { return platform_drives_loops; }
static inline void platform_set_thread_drives_loops(void) { platform_drives_loops = 1; }

/* A number that names the calling thread as long as it lives; never 0. */
static inline uintptr_t platform_thread_identity(void) { return (uintptr_t)&platform_loop_of_thread; }

/* The Swift runtime's own question for the task that runs on this thread: what `withUnsafeCurrentTask` asks, without
   the references that it counts. */
__attribute__((swiftcall)) void *swift_task_getCurrent(void);

/* What tells one Swift task from another: the address of the task, which is that of its job; 0 outside of any. */
static inline uintptr_t platform_current_swift_task(void) { return (uintptr_t)swift_task_getCurrent(); }

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

/* Waits without an epoll for the events that the entries name, and puts those that came about in their place. Returns
   as `platform_epoll_wait`. */
int platform_poll(struct platform_readiness *entries, int count, int64_t nanoseconds);

/* Sleeps, where nothing else is to be waited for; a signal ends it. */
void platform_sleep(int64_t nanoseconds);

void platform_eventfd_signal(int descriptor);
void platform_eventfd_clear(int descriptor);

/* Returns an eventfd that counts the arrivals of `signal` from now on, or -1 with errno set (EBUSY: there is one
   already). `close` gives the signal its former action back. */
int platform_signal_descriptor_open(int signal);
void platform_signal_descriptor_close(int signal);

/* A TCP peer: an address in numbers, and a port. */
struct platform_endpoint {
  char host[64];
  uint16_t port;
};

/* Each returns a non-blocking descriptor that is closed on exec, or -1 with errno set (EINVAL: `host` is no address in
   numbers). `listen` notes the port that the kernel chose where `port` is 0; `connect` returns a socket whose connection
   may still be under way: then `*pending` is 1, and it is writable when that is over. */
int platform_tcp_listen(const char *host, uint16_t port, int backlog, struct platform_endpoint *local);
int platform_tcp_accept(int listener, struct platform_endpoint *peer);
int platform_tcp_connect(const char *host, uint16_t port, int *pending);
/* Connects and lets every read and write block for at most `milliseconds`. */
int platform_tcp_connect_blocking(const char *host, uint16_t port, int64_t milliseconds);
/* The error that ended a pending connect; 0: it is connected. */
int platform_socket_error(int descriptor);
/* Write without SIGPIPE. */
ssize_t platform_socket_send(int descriptor, const void *bytes, size_t count);

/* Starts a thread that nobody joins, with all signals blocked. Returns 0 or an error number. */
int platform_start_thread(void *(*body)(void *), void *context);

#endif
