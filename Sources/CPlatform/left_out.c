// What Swift's libraries would do before `main`, or for tasks on Swift's default executor, and this program never asks
// for: the linker finds these definitions first, and leaves out the parts of the libraries that have them too.
//
// Only the static release executable has them (the Makefile says so). Weak, so that a part that is needed for another
// reason (in another version of Swift) takes the place of its definitions here without an error. A call of one of these
// ends the program with a sentence. Docs/Decisions/StartLayout.md says what it is for.

#ifdef PLATFORM_STATIC_EXECUTABLE

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void stop(const char *name) {
  static const char text[] = " is left out of the static executable: see Docs/Decisions/StartLayout.md\n";
  if (write(2, name, strlen(name)) >= 0 && write(2, text, sizeof text - 1) >= 0) abort();
  abort();
}

#define FUNCTION(name) \
  __attribute__((weak)) void name(void); \
  void name(void) { stop(#name); }
// Larger than the object of that name: zeros, which nothing reads.
#define OBJECT(name) \
  __attribute__((weak)) char name[512]; \
  char name[512] = {0};

// Reads /proc/self/maps for the arguments, which Platform has from the C library.
FUNCTION(_swift_stdlib_getUnsafeArgvArgc)
FUNCTION(_swift_stdlib_overrideUnsafeArgvArgc)

// Looks in eight places for the program that shows a backtrace. Zeros are "no backtrace": a trap ends the shell
// without one, and the debug build still shows it.
OBJECT(_swift_backtraceSettings)
FUNCTION(_swift_backtrace_isThunkFunction)
FUNCTION(_swift_backtrace_demangle)
FUNCTION(_swift_displayCrashMessage)
FUNCTION(_swift_spawnBacktracer)

// Dispatch, which counts processors: Swift's default executor refers to it, and the shell runs no Swift task.
OBJECT(_dispatch_main_q)
OBJECT(_dispatch_queue_attr_concurrent)
OBJECT(_dispatch_source_type_timer)
FUNCTION(dispatch_activate)
FUNCTION(dispatch_after_f)
FUNCTION(dispatch_assert_queue)
FUNCTION(dispatch_async_f)
FUNCTION(dispatch_main)
FUNCTION(dispatch_queue_attr_make_with_qos_class)
FUNCTION(dispatch_queue_create)
FUNCTION(dispatch_queue_set_width)
FUNCTION(dispatch_release)
FUNCTION(dispatch_set_context)
FUNCTION(dispatch_source_create)
FUNCTION(dispatch_source_set_event_handler_f)
FUNCTION(dispatch_source_set_timer)
FUNCTION(dispatch_walltime)

// Memory set aside for C++ exceptions, 72 KB of it at the start; Swift's runtime library is compiled without them.
FUNCTION(__cxa_allocate_exception)
FUNCTION(__cxa_free_exception)
FUNCTION(__cxa_allocate_dependent_exception)
FUNCTION(__cxa_free_dependent_exception)

#else

// Not an empty file, which the C language does not have.
typedef int platform_nothing_is_left_out;

#endif
