// libedit's native interface for Swift: one plain function for each variadic call, code points in place of
// `wchar_t`, and callbacks with a context in place of `EL_CLIENTDATA`. Everything is wide throughout: narrow and wide
// calls must not be mixed. No logic stands here; see the Swift target LineEditing.
#ifndef CLIBEDIT_H
#define CLIBEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct clibedit_editor clibedit_editor;

/// The commands that the editor gets from its owner, as `run` is told them.
enum {
  CLIBEDIT_COMPLETE = 0,
  CLIBEDIT_INSERT_PASTE = 1,
  CLIBEDIT_CLEAR_SCREEN = 2,
};

/// What `read_character` returns beside a code point.
enum {
  CLIBEDIT_END_OF_FILE = -1,
  CLIBEDIT_INTERRUPTED = -2,
};

/// What `run` returns.
enum {
  CLIBEDIT_NOTHING_CHANGED = 0,
  CLIBEDIT_LINE_CHANGED = 1,
  CLIBEDIT_REFUSED = 2,
};

/// What `history` is asked.
enum {
  CLIBEDIT_NEWEST = 0,
  CLIBEDIT_OLDEST = 1,
  CLIBEDIT_OLDER = 2,
  CLIBEDIT_NEWER = 3,
  CLIBEDIT_CURRENT = 4,
  CLIBEDIT_GO_TO = 5,
};

/// What the editor asks of its owner. Every pointer that is returned stays valid until the same function is called
/// again.
typedef struct {
  void *context;
  /// Waits for the next code point.
  int32_t (*read_character)(void *context);
  /// Writes bytes to the terminal.
  void (*write)(void *context, const char *bytes, size_t count);
  /// The prompt, NUL-terminated; U+0001 begins and ends what takes no column.
  const int32_t *(*prompt)(void *context);
  /// Runs one of the commands above.
  int (*run)(void *context, int command);
  /// Moves in the history; the entry there, or NULL where there is none.
  const int32_t *(*history)(void *context, int operation, int argument, int *number);
} clibedit_callbacks;

typedef void *clibedit_locale;

/// Makes the calling thread's characters UTF-8 if they are not, without touching other threads; what they were before,
/// or NULL where nothing changed.
clibedit_locale clibedit_use_utf8(void);
void clibedit_use_former(clibedit_locale former);

/// An editor at a terminal; NULL if there is not enough memory.
clibedit_editor *clibedit_create(const char *program, int input, int output, clibedit_callbacks callbacks);
void clibedit_destroy(clibedit_editor *editor);

/// Whether the terminal's description has the capability that `name` names in termcap.
bool clibedit_has_capability(clibedit_editor *editor, const char *name);

/// Edits one line; NULL at the end of the input (count 0) or when it was interrupted (count -1).
const int32_t *clibedit_read_line(clibedit_editor *editor, int *count);

/// Enters or leaves the terminal modes in which lines are edited.
void clibedit_prepare_terminal(clibedit_editor *editor, bool editing);
void clibedit_flush(clibedit_editor *editor);
void clibedit_beep(clibedit_editor *editor);

/// Draws the prompt and the line where the cursor stands, as if nothing had been drawn.
void clibedit_draw_again(clibedit_editor *editor);
void clibedit_size_changed(clibedit_editor *editor);
/// Lets libedit believe in another size, until the size changes or the next line begins. What it has drawn is
/// forgotten.
void clibedit_believe_size(clibedit_editor *editor, int columns, int rows);

/// The line being edited.
const int32_t *clibedit_line(clibedit_editor *editor, int *count, int *cursor);
bool clibedit_insert(clibedit_editor *editor, const int32_t *text);
void clibedit_delete_before(clibedit_editor *editor, int count);

/// Runs a builtin command of libedit; its status, 0 for success.
int clibedit_parse(clibedit_editor *editor, int count, const char *const *arguments);
/// Reads the user's ~/.editrc, if there is one.
void clibedit_read_startup_file(clibedit_editor *editor);
bool clibedit_is_vi(clibedit_editor *editor);

#endif
