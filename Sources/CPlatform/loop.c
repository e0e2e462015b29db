#define _GNU_SOURCE
#include "platform_loop.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform_faults.h"

_Thread_local void *platform_loop_of_thread;
_Thread_local int platform_drives_loops;

/* Whether the tests want this call to fail; then `errno` is set. */
static int is_made_to_fail(enum platform_call call) {
  int error = PLATFORM_FAULT(call);
  /* Nothing here waits and could be interrupted; what waits is interrupted for its caller. */
  if (error == 0 || (error == EINTR && call != PLATFORM_CALL_EPOLL_WAIT)) return 0;
  errno = error;
  return 1;
}

int platform_epoll_create(void) {
  return is_made_to_fail(PLATFORM_CALL_EPOLL) ? -1 : epoll_create1(EPOLL_CLOEXEC);
}

int platform_eventfd_create(void) {
  return is_made_to_fail(PLATFORM_CALL_EVENTFD) ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

int platform_epoll_watch(int epoll, int descriptor, uint32_t events) {
  if (is_made_to_fail(PLATFORM_CALL_EPOLL)) return -1;
  struct epoll_event event = {.events = 0, .data.fd = descriptor};
  if (events & platform_readable) event.events |= EPOLLIN | EPOLLRDHUP;
  if (events & platform_writable) event.events |= EPOLLOUT;
  if (!(events & platform_persistent)) event.events |= EPOLLONESHOT;
  /* The number may name another open file than when it was last watched: then the kernel does not know it. */
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0) return 0;
  if (errno != ENOENT) return -1;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

int platform_epoll_forget(int epoll, int descriptor) {
  struct epoll_event unused = {0};
  return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &unused);
}

// How an older kernel, and a sandbox that does not know a call, answer.
static bool is_refused(int error) { return error == ENOSYS || error == EPERM; }

static int wait_coarsely(int epoll, struct epoll_event *events, int capacity, int milliseconds) {
  int count = epoll_wait(epoll, events, capacity, milliseconds);
  return count >= 0 || !is_refused(errno) ? count : epoll_pwait(epoll, events, capacity, milliseconds, NULL);
}

static int wait_precisely(int epoll, struct epoll_event *events, int capacity, int64_t nanoseconds) {
  if (nanoseconds < 0) return wait_coarsely(epoll, events, capacity, -1);
  if (nanoseconds == 0) return wait_coarsely(epoll, events, capacity, 0);
#ifdef SYS_epoll_pwait2
  struct timespec limit = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  int count = (int)syscall(SYS_epoll_pwait2, epoll, events, capacity, &limit, NULL, (size_t)0);
  if (count >= 0 || !is_refused(errno)) return count;
#endif
  int64_t milliseconds = nanoseconds / 1000000 + (nanoseconds % 1000000 != 0);
  return wait_coarsely(epoll, events, capacity, milliseconds > 1000000000 ? 1000000000 : (int)milliseconds);
}

enum { largest_batch = 256 };

int platform_epoll_wait(int epoll, struct platform_readiness *ready, int capacity, int64_t nanoseconds) {
  struct epoll_event events[largest_batch];
  if (capacity > largest_batch) capacity = largest_batch;
  int count = is_made_to_fail(PLATFORM_CALL_EPOLL_WAIT) ? -1 : wait_precisely(epoll, events, capacity, nanoseconds);
  if (count < 0) return errno == EINTR ? 0 : -1;
  for (int i = 0; i < count; i++) {
    uint32_t found = 0;
    if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLPRI)) found |= platform_readable;
    if (events[i].events & EPOLLOUT) found |= platform_writable;
    if (events[i].events & (EPOLLERR | EPOLLHUP)) found |= platform_hung_up;
    ready[i] = (struct platform_readiness){.descriptor = events[i].data.fd, .events = found};
  }
  return count;
}

int platform_poll(struct platform_readiness *entries, int count, int64_t nanoseconds) {
  struct pollfd few[64], *polled = count <= 64 ? few : malloc((size_t)count * sizeof *polled);
  if (!polled) return -1;
  for (int i = 0; i < count; i++) {
    short events = 0;
    if (entries[i].events & platform_readable) events |= POLLIN | POLLRDHUP;
    if (entries[i].events & platform_writable) events |= POLLOUT;
    polled[i] = (struct pollfd){.fd = entries[i].descriptor, .events = events};
  }
  struct timespec limit = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  int result = ppoll(polled, (nfds_t)count, nanoseconds < 0 ? NULL : &limit, NULL);
  int error = errno, found = 0;
  for (int i = 0; i < count && result > 0; i++) {
    uint32_t events = 0;
    if (polled[i].revents & (POLLIN | POLLRDHUP | POLLPRI)) events |= platform_readable;
    if (polled[i].revents & POLLOUT) events |= platform_writable;
    if (polled[i].revents & (POLLERR | POLLHUP | POLLNVAL)) events |= platform_hung_up;
    if (events) entries[found++] = (struct platform_readiness){.descriptor = entries[i].descriptor, .events = events};
  }
  if (polled != few) free(polled);
  errno = error;
  return result < 0 && error != EINTR ? -1 : found;
}

void platform_sleep(int64_t nanoseconds) {
  struct timespec time = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  nanosleep(&time, NULL);
}

void platform_eventfd_signal(int descriptor) {
  uint64_t one = 1;
  /* It fails only when the counter is full, and then the sleeper wakes anyway. */
  ssize_t ignored = write(descriptor, &one, sizeof one);
  (void)ignored;
}

void platform_eventfd_clear(int descriptor) {
  uint64_t count;
  ssize_t ignored = read(descriptor, &count, sizeof count);
  (void)ignored;
}

int platform_start_thread(void *(*body)(void *), void *context) {
  pthread_attr_t attributes;
  int error = PLATFORM_FAULT(PLATFORM_CALL_THREAD);
  if (error != 0) return error;
  error = pthread_attr_init(&attributes);
  if (error != 0) return error;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  /* Signals are for the thread that drives a loop; a thread is born with its maker's mask. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  error = pthread_create(&thread, &attributes, body, context);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return error;
}

/* Signals */

enum { signal_limit = 65 };

static _Atomic int signal_descriptors[signal_limit];
static struct sigaction replaced_actions[signal_limit];

static void note_signal(int signal) {
  int saved = errno;
  int descriptor = signal_descriptors[signal] - 1;
  if (descriptor >= 0) platform_eventfd_signal(descriptor);
  errno = saved;
}

int platform_signal_descriptor_open(int signal) {
  if (signal <= 0 || signal >= signal_limit) {
    errno = EINVAL;
    return -1;
  }
  int descriptor = platform_eventfd_create();
  if (descriptor < 0) return -1;
  /* Kept as one more than the descriptor, so that zero means none. */
  int none = 0;
  if (!__atomic_compare_exchange_n((int *)&signal_descriptors[signal], &none, descriptor + 1, 0, __ATOMIC_SEQ_CST,
                                   __ATOMIC_SEQ_CST)) {
    close(descriptor);
    errno = EBUSY;
    return -1;
  }
  struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  if (sigaction(signal, &action, &replaced_actions[signal]) != 0) {
    int saved = errno;
    signal_descriptors[signal] = 0;
    close(descriptor);
    errno = saved;
    return -1;
  }
  return descriptor;
}

void platform_signal_descriptor_close(int signal) {
  sigaction(signal, &replaced_actions[signal], NULL);
  int descriptor = signal_descriptors[signal] - 1;
  signal_descriptors[signal] = 0;
  if (descriptor >= 0) close(descriptor);
}
