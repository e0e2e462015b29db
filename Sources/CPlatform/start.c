// Maps at once the memory that every start writes to, in place of two page faults for each of its pages: one that finds
// zeros, and one that makes the page the process's own.
//
// Only the static release executable does so (the Makefile says so): Docs/Decisions/StartLayout.md.

#ifdef PLATFORM_STATIC_EXECUTABLE

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

// The linker puts the variables of this package, which begin as zeros, before those of the libraries.
extern char __bss_start[], _end[];
enum { own_variables = 64 << 10 };

__attribute__((constructor(101))) static void map_own_variables(void) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t start = (uintptr_t)__bss_start & ~(page - 1);
  uintptr_t end = (uintptr_t)_end;
  if (end - start > own_variables) end = start + own_variables;
  // MADV_POPULATE_WRITE, of Linux 5.14; an older kernel refuses, and the faults come one by one.
  madvise((void *)start, end - start, 23);
}

#else

// Not an empty file, which the C language does not have.
typedef int platform_start_is_as_usual;

#endif
