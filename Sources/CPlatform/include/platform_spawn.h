// Starting programs: the code between vfork and exec, and exec in place.
#ifndef PLATFORM_SPAWN_H
#define PLATFORM_SPAWN_H

#include <stddef.h>
#include <stdint.h>

struct platform_stand_in;

/// Descriptors from this number on are not looked at: a program inherits those that are not close-on-exec.
#define PLATFORM_DESCRIPTOR_LIMIT 1024

/// One descriptor of the new program: number `target` is a duplicate of our `source`, or, where that is
/// `PLATFORM_OPENED(n)`, of what opening n opened.
struct platform_spawn_descriptor {
  int target;
  int source;
};

#define PLATFORM_OPENED(index) (-2 - (index))

/// A file that the child opens itself, in its own directory and with its own umask; it may block there.
struct platform_spawn_opening {
  const char *path;
  int flags;
  unsigned mode;
};

struct platform_spawn_limit {
  int resource;
  uint64_t soft;
  uint64_t hard;
};

/// What a program is started with. Everything it points to must stay in place during the call.
struct platform_spawn_request {
  const char *path;
  char *const *arguments;
  char *const *environment;
  /// The working directory, or -1 for ours; for that of `parent`, where there is one: ours when it began.
  int directory;
  /// The file mode creation mask, or -1 for ours.
  int umask;
  /// -1 inherits ours, 0 makes a new group, other numbers join that one.
  int process_group;
  /// The terminal of which the new program's group becomes the foreground group, or -1.
  int terminal;
  uint64_t default_signals;
  uint64_t ignored_signals;
  const struct platform_spawn_limit *limits;
  size_t limit_count;
  /// The new program's whole table below the limit: what is not in it is closed. Sorted by target; used as scratch.
  struct platform_spawn_descriptor *descriptors;
  size_t descriptor_count;
  const struct platform_spawn_opening *openings;
  size_t opening_count;
  /// Null, or a zero that becomes the child's process ID (or minus an error number) as soon as it exists. Such a
  /// child belongs to whoever waits for it even when it fails, has no signal blocked while it opens, and can be
  /// stopped then: the calling thread must be one that may stand still.
  int *started;
  /// The stand-in whose child the program becomes, or null for this process.
  struct platform_stand_in *parent;
};

enum platform_spawn_stage {
  PLATFORM_SPAWN_FORK,
  /// The stand-in starts nothing: it has ended, or was stopped.
  PLATFORM_SPAWN_PARENT,
  PLATFORM_SPAWN_PROCESS_GROUP,
  PLATFORM_SPAWN_TERMINAL,
  PLATFORM_SPAWN_DIRECTORY,
  PLATFORM_SPAWN_LIMIT,
  PLATFORM_SPAWN_OPEN,
  PLATFORM_SPAWN_DESCRIPTOR,
  PLATFORM_SPAWN_SIGNALS,
  PLATFORM_SPAWN_EXECUTE,
};

/// Which stage failed, why, and for a descriptor or a limit: which.
struct platform_spawn_failure {
  enum platform_spawn_stage stage;
  int error;
  int detail;
};

/// Starts a program and returns its process ID once it runs (after exec), or -1 with `failure` filled in.
///
/// Never copies the address space: the calling thread stands still until the new program has begun.
int platform_spawn(const struct platform_spawn_request *request, struct platform_spawn_failure *failure);

/// Waits until the `started` of a spawn on another thread is set, and returns it.
int platform_wait_until_started(int *started);

/// Becomes the program; returns only if that failed, with as much as possible put back as it was.
void platform_replace_process(const struct platform_spawn_request *request, struct platform_spawn_failure *failure);

#endif
