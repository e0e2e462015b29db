// System calls without the C library: internal to this target.
//
// For code that shares the thread-local storage of another thread, `errno` with it, and runs at the same time.
#ifndef RAW_CALL_H
#define RAW_CALL_H

#include <errno.h>

#include "spawn_steps.h"

#if defined(__x86_64__)
#define CAN_STAND_IN 1
IN_CHILD static long call(long number, long a, long b, long c, long d) {
  long result;
  register long fourth __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
#define CAN_STAND_IN 1
IN_CHILD static long call(long number, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
#else
#define CAN_STAND_IN 0
static long call(long number, long a, long b, long c, long d) {
  (void)number, (void)a, (void)b, (void)c, (void)d;
  return -ENOSYS;
}
#endif

#endif
