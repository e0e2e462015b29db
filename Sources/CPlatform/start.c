// Maps at once the memory that every start writes to, in place of one or two page faults for each of its pages: of
// variables that begin as zeros, one fault finds the zeros, and another makes the page the process's own.
//
// Only the static release executable does so (the Makefile says so): Docs/Decisions/StartLayout.md.

#ifdef PLATFORM_STATIC_EXECUTABLE

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// The linker puts the variables of this package, which begin as zeros, before those of the libraries.
extern char __bss_start[], _end[];
enum { own_variables = 96 << 10, first_heap = 36 << 10, first_stack = 24 << 10 };

// Makes the pages from `start` to `end` the process's own, whole ones only at the upper end.
static void map(uintptr_t start, uintptr_t end) {
  uintptr_t inside_page = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
  start &= ~inside_page;
  end &= ~inside_page;
  // MADV_POPULATE_WRITE, of Linux 5.14; an older kernel refuses, and the faults come one by one.
  if (start < end) madvise((void *)start, end - start, 23);
}

static uintptr_t smaller(uintptr_t a, uintptr_t b) { return a < b ? a : b; }

__attribute__((constructor(101))) static void map_first_memory(void) {
  uintptr_t variables = (uintptr_t)__bss_start;
  map(variables, smaller((uintptr_t)_end, variables + own_variables));
  // The C library takes memory for the heap in pieces that are larger than this.
  void *allocated = malloc(1);
  uintptr_t heap = (uintptr_t)allocated;
  map(heap, smaller((uintptr_t)sbrk(0), heap + first_heap));
  free(allocated);
  // The kernel begins with 128 KB for the stack, of which a start takes this much.
  uintptr_t stack = (uintptr_t)__builtin_frame_address(0);
  map(stack - first_stack, stack);
}

#else

// Not an empty file, which the C language does not have.
typedef int platform_start_is_as_usual;

#endif
