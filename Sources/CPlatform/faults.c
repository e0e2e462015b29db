#define _GNU_SOURCE
#include "platform_faults.h"

#ifdef DEBUG

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const call_names[PLATFORM_CALL_COUNT] = {
    "open",      "close",   "dup",   "pipe",  "read",    "write",  "spawn",  "exec", "setpgid",
    "tcsetpgrp", "waitpid", "epoll", "chdir", "eventfd", "socket", "thread", "epollWait", "tee", "memfd",
    "standIn",
    "successor",
};

struct fault {
  int error;
  unsigned first;
  bool repeats;
};

static struct fault process_faults[PLATFORM_CALL_COUNT];
static atomic_uint process_calls[PLATFORM_CALL_COUNT];
static pthread_once_t environment_once = PTHREAD_ONCE_INIT;

static _Thread_local struct fault thread_faults[PLATFORM_CALL_COUNT];
static _Thread_local unsigned thread_calls[PLATFORM_CALL_COUNT];

static int error_number(const char *name, size_t length) {
  for (int error = 1; error < 134; error++) {
    const char *candidate = strerrorname_np(error);
    if (candidate && strlen(candidate) == length && strncmp(candidate, name, length) == 0) return error;
  }
  return EIO;
}

// One fault: name ":" number ["+"] ":" error name.
static void read_fault(const char *text, size_t length) {
  const char *end = text + length;
  const char *colon = memchr(text, ':', length);
  if (!colon) return;
  for (int call = 0; call < PLATFORM_CALL_COUNT; call++) {
    size_t name_length = (size_t)(colon - text);
    if (strlen(call_names[call]) != name_length || strncmp(call_names[call], text, name_length) != 0) continue;
    char *rest;
    process_faults[call].first = (unsigned)strtoul(colon + 1, &rest, 10);
    if (*rest == '+') {
      process_faults[call].repeats = true;
      rest++;
    }
    process_faults[call].error = rest < end && *rest == ':' ? error_number(rest + 1, (size_t)(end - rest - 1)) : EIO;
  }
}

static void read_environment(void) {
  const char *text = getenv("MEANWHILE_FAULTS");
  while (text && *text) {
    size_t length = strcspn(text, ",");
    read_fault(text, length);
    text += length;
    if (*text == ',') text++;
  }
}

static int matches(const struct fault *fault, unsigned call_number) {
  if (fault->error == 0) return 0;
  return call_number == fault->first || (fault->repeats && call_number > fault->first) ? fault->error : 0;
}

int platform_fault(enum platform_call call) {
  pthread_once(&environment_once, read_environment);
  int error = 0;
  if (thread_faults[call].error) error = matches(&thread_faults[call], ++thread_calls[call]);
  if (error == 0 && process_faults[call].error)
    error = matches(&process_faults[call], atomic_fetch_add(&process_calls[call], 1) + 1);
  return error;
}

void platform_arm_fault(enum platform_call call, unsigned first, bool repeats, int error) {
  thread_faults[call] = (struct fault){.error = error, .first = first, .repeats = repeats};
  thread_calls[call] = 0;
}

const char *platform_call_name(enum platform_call call) { return call_names[call]; }

#else

int platform_fault(enum platform_call call) {
  (void)call;
  return 0;
}

void platform_arm_fault(enum platform_call call, unsigned first, bool repeats, int error) {
  (void)call, (void)first, (void)repeats, (void)error;
}

const char *platform_call_name(enum platform_call call) {
  (void)call;
  return "";
}

#endif
