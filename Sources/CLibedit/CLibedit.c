#define _GNU_SOURCE
#include "CLibedit.h"

#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

_Static_assert(sizeof(wchar_t) == sizeof(int32_t), "a wide character is a code point");

struct clibedit_editor {
  EditLine *line;
  FILE *output;
  clibedit_callbacks callbacks;
};

static clibedit_editor *editor_of(EditLine *line) {
  void *data = NULL;
  el_wget(line, EL_CLIENTDATA, &data);
  return data;
}

// MARK: Callbacks

// Some commands of vi's keys leave the cursor outside the line (the end of an empty line, a search that is repeated
// in vain), and the next command would write there. `el_cursor` moves it back.
static void repair_cursor(EditLine *line) {
  const LineInfoW *info = el_wline(line);
  if (info->cursor < info->buffer) el_cursor(line, 1);
  if (info->cursor > info->lastchar) el_cursor(line, -1);
}

static int read_character(EditLine *line, wchar_t *character) {
  clibedit_editor *editor = editor_of(line);
  repair_cursor(line);
  int32_t result = editor->callbacks.read_character(editor->callbacks.context);
  if (result >= 0) {
    *character = (wchar_t)result;
    return 1;
  }
  *character = 0;
  // Not EINTR: libedit would empty the line, whose place on the screen is still needed.
  errno = result == CLIBEDIT_INTERRUPTED ? ECANCELED : 0;
  return result == CLIBEDIT_INTERRUPTED ? -1 : 0;
}

static wchar_t *prompt(EditLine *line) {
  clibedit_editor *editor = editor_of(line);
  return (wchar_t *)editor->callbacks.prompt(editor->callbacks.context);
}

static unsigned char run(EditLine *line, int command) {
  clibedit_editor *editor = editor_of(line);
  switch (editor->callbacks.run(editor->callbacks.context, command)) {
  case CLIBEDIT_LINE_CHANGED:
    return CC_REFRESH;
  case CLIBEDIT_REFUSED:
    return CC_ERROR;
  default:
    return CC_NORM;
  }
}

static unsigned char complete(EditLine *line, wint_t key) {
  (void)key;
  return run(line, CLIBEDIT_COMPLETE);
}

static unsigned char insert_paste(EditLine *line, wint_t key) {
  (void)key;
  return run(line, CLIBEDIT_INSERT_PASTE);
}

static unsigned char clear_screen(EditLine *line, wint_t key) {
  (void)key;
  return run(line, CLIBEDIT_CLEAR_SCREEN);
}

static unsigned char do_nothing(EditLine *line, wint_t key) {
  (void)line;
  (void)key;
  return CC_NORM;
}

static int history_function(void *reference, HistEventW *event, int operation, ...) {
  clibedit_editor *editor = reference;
  int argument = 0;
  int asked;
  switch (operation) {
  case H_FIRST:
    asked = CLIBEDIT_NEWEST;
    break;
  case H_LAST:
    asked = CLIBEDIT_OLDEST;
    break;
  case H_NEXT:
    asked = CLIBEDIT_OLDER;
    break;
  case H_PREV:
    asked = CLIBEDIT_NEWER;
    break;
  case H_CURR:
    asked = CLIBEDIT_CURRENT;
    break;
  case H_SET: {
    va_list list;
    va_start(list, operation);
    argument = va_arg(list, int);
    va_end(list);
    asked = CLIBEDIT_GO_TO;
    break;
  }
  default:
    asked = -1;
  }
  const int32_t *entry = NULL;
  int number = 0;
  if (asked >= 0) entry = editor->callbacks.history(editor->callbacks.context, asked, argument, &number);
  event->num = number;
  event->str = entry == NULL ? L"" : (const wchar_t *)entry;
  return entry == NULL ? -1 : 0;
}

static ssize_t write_output(void *cookie, const char *bytes, size_t count) {
  clibedit_editor *editor = cookie;
  editor->callbacks.write(editor->callbacks.context, bytes, count);
  return (ssize_t)count;
}

// MARK: Locale

clibedit_locale clibedit_use_utf8(void) {
  static locale_t utf8;
  if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return NULL;
  if (utf8 == NULL) {
    locale_t base = duplocale(LC_GLOBAL_LOCALE);
    utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", base);
    if (utf8 == NULL) freelocale(base);
  }
  return utf8 == NULL ? NULL : uselocale(utf8);
}

void clibedit_use_former(clibedit_locale former) {
  if (former != NULL) uselocale(former);
}

// MARK: Creating

static void set_up(clibedit_editor *editor) {
  EditLine *line = editor->line;
  el_wset(line, EL_CLIENTDATA, editor);
  el_wset(line, EL_GETCFN, read_character);
  el_wset(line, EL_PROMPT_ESC, prompt, L'\1');
  el_wset(line, EL_HIST, history_function, editor);
  el_wset(line, EL_ADDFN, L"complete", L"Complete the word before the cursor", complete);
  el_wset(line, EL_ADDFN, L"insert-paste", L"Insert the text that the terminal pasted", insert_paste);
  el_wset(line, EL_ADDFN, L"nothing", L"Do nothing", do_nothing);
  el_wset(line, EL_ADDFN, L"clear-and-redraw", L"Clear the screen and draw the whole prompt", clear_screen);
}

clibedit_editor *clibedit_create(const char *program, int input, int output, clibedit_callbacks callbacks) {
  clibedit_editor *editor = calloc(1, sizeof *editor);
  if (editor == NULL) return NULL;
  editor->callbacks = callbacks;
  cookie_io_functions_t functions = {.write = write_output};
  editor->output = fopencookie(editor, "w", functions);
  if (editor->output == NULL) {
    free(editor);
    return NULL;
  }
  // One write for each key, not one for each character: no flicker.
  setvbuf(editor->output, NULL, _IOFBF, 16384);
  editor->line = el_init_fd(program, editor->output, editor->output, editor->output, input, output, output);
  if (editor->line == NULL) {
    fclose(editor->output);
    free(editor);
    return NULL;
  }
  set_up(editor);
  return editor;
}

void clibedit_destroy(clibedit_editor *editor) {
  // With editing off, el_end leaves the terminal's modes and pending input alone.
  el_wset(editor->line, EL_EDITMODE, 0);
  el_end(editor->line);
  fclose(editor->output);
  free(editor);
}

bool clibedit_has_capability(clibedit_editor *editor, const char *name) {
  char *value = NULL;
  return el_wget(editor->line, EL_GETTC, name, &value, NULL) == 0 && value != NULL && *value != '\0';
}

// MARK: Reading

const int32_t *clibedit_read_line(clibedit_editor *editor, int *count) {
  return (const int32_t *)el_wgets(editor->line, count);
}

void clibedit_prepare_terminal(clibedit_editor *editor, bool editing) {
  el_wset(editor->line, EL_PREP_TERM, editing ? 1 : 0);
}

void clibedit_flush(clibedit_editor *editor) { fflush(editor->output); }

void clibedit_beep(clibedit_editor *editor) {
  el_beep(editor->line);
  fflush(editor->output);
}

void clibedit_draw_again(clibedit_editor *editor) { el_wset(editor->line, EL_REFRESH); }

void clibedit_size_changed(clibedit_editor *editor) { el_resize(editor->line); }

static void set_number(EditLine *line, const wchar_t *capability, int value) {
  wchar_t number[16];
  swprintf(number, sizeof number / sizeof *number, L"%d", value);
  el_wset(line, EL_SETTC, capability, number, NULL);
}

void clibedit_believe_size(clibedit_editor *editor, int columns, int rows) {
  set_number(editor->line, L"co", columns);
  set_number(editor->line, L"li", rows);
}

const int32_t *clibedit_line(clibedit_editor *editor, int *count, int *cursor) {
  const LineInfoW *line = el_wline(editor->line);
  *count = (int)(line->lastchar - line->buffer);
  *cursor = (int)(line->cursor - line->buffer);
  return (const int32_t *)line->buffer;
}

bool clibedit_insert(clibedit_editor *editor, const int32_t *text) {
  return el_winsertstr(editor->line, (const wchar_t *)text) == 0;
}

void clibedit_delete_before(clibedit_editor *editor, int count) { el_wdeletestr(editor->line, count); }

// MARK: Bindings

int clibedit_parse(clibedit_editor *editor, int count, const char *const *arguments) {
  return el_parse(editor->line, count, (const char **)arguments);
}

void clibedit_read_startup_file(clibedit_editor *editor) { el_source(editor->line, NULL); }

bool clibedit_is_vi(clibedit_editor *editor) {
  const wchar_t *name = NULL;
  return el_wget(editor->line, EL_EDITOR, &name) == 0 && name != NULL && wcscmp(name, L"vi") == 0;
}
