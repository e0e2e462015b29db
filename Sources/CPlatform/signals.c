#include "platform_signals.h"
#include "platform_system.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

uint64_t platform_pending_signals;

static int wake_descriptor = -1;
static uint64_t handled_signals;
static uint64_t ignored_signals;
// What was found the first time a signal was looked at, before anything was set.
static uint64_t known_at_entry;
static uint64_t ignored_at_entry;

static uint64_t bit(int signal) { return UINT64_C(1) << (signal - 1); }

static bool is_signal(int signal) { return signal >= 1 && signal <= 64; }

void platform_raise_pending_signals(uint64_t set) {
  __atomic_fetch_or(&platform_pending_signals, set, __ATOMIC_ACQ_REL);
  int descriptor = __atomic_load_n(&wake_descriptor, __ATOMIC_ACQUIRE);
  if (descriptor < 0) return;
  int saved = errno;
  uint64_t one = 1;
  // A full event counter is as good as a write: its reader wakes.
  ssize_t written = write(descriptor, &one, sizeof one);
  (void)written;
  errno = saved;
}

// Whether this thread is in `platform_write`.
static _Thread_local volatile sig_atomic_t is_writing;

static void handle(int signal, siginfo_t *information, void *context) {
  (void)context;
  if (signal == SIGPIPE && is_writing && information->si_pid == platform_process_id()) return;
  // The terminal's signals are the kernel's own.
  bool is_stop_of_keyboard = signal == SIGTSTP && information->si_code == SI_KERNEL;
  platform_raise_pending_signals(bit(is_stop_of_keyboard ? PLATFORM_KEYBOARD_STOP : signal));
}

ssize_t platform_write(int descriptor, const void *bytes, size_t count) {
  is_writing = 1;
  ssize_t written = write(descriptor, bytes, count);
  is_writing = 0;
  return written;
}

static void remember_entry(int signal, const struct sigaction *found) {
  if (__atomic_load_n(&known_at_entry, __ATOMIC_ACQUIRE) & bit(signal)) return;
  if (!(found->sa_flags & SA_SIGINFO) && found->sa_handler == SIG_IGN)
    __atomic_fetch_or(&ignored_at_entry, bit(signal), __ATOMIC_ACQ_REL);
  __atomic_fetch_or(&known_at_entry, bit(signal), __ATOMIC_ACQ_REL);
}

static void remember(uint64_t *set, int signal, bool belongs) {
  if (belongs)
    __atomic_fetch_or(set, bit(signal), __ATOMIC_ACQ_REL);
  else
    __atomic_fetch_and(set, ~bit(signal), __ATOMIC_ACQ_REL);
}

// MARK: - A terminal that has another owner when the process ends

// -1 while there is none.
static int borrowed_terminal = -1;
static int lending_group;
static int borrower;

// For a signal that ends the process: gives the terminal back before it does. A child that is about to become a program
// may get here too, since it begins with this process's handlers; it has no terminal to give back.
static void give_back_and_end(int signal, siginfo_t *information, void *context) {
  (void)context;
  int saved = errno;
  int terminal = __atomic_load_n(&borrowed_terminal, __ATOMIC_ACQUIRE);
  if (terminal >= 0 && platform_process_id() == borrower) ioctl(terminal, TIOCSPGRP, &lending_group);
  errno = saved;
  // The action is the default one by now (SA_RESETHAND). The signal of a faulting instruction comes back by itself, with
  // all that the kernel says about it.
  bool is_of_instruction = signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL;
  if (!is_of_instruction || information->si_code <= 0) raise(signal);
}

static bool ends_process(int signal) {
  switch (signal) {
    case SIGKILL: case SIGSTOP: case SIGCONT: case SIGCHLD: case SIGURG: case SIGWINCH:
    case SIGTSTP: case SIGTTIN: case SIGTTOU: return false;
    // The C library's own.
    case 32: case 33: return false;
    default: return true;
  }
}

// What the default action of a signal is now.
static void set_default(int signal, struct sigaction *action) {
  action->sa_handler = SIG_DFL;
  action->sa_flags = 0;
  if (__atomic_load_n(&borrowed_terminal, __ATOMIC_ACQUIRE) < 0 || !ends_process(signal)) return;
  // All signals are blocked in the handler, so SIGTTOU does not stop a process that is in the background.
  action->sa_sigaction = give_back_and_end;
  action->sa_flags = SA_SIGINFO | SA_RESETHAND;
}

void platform_give_back_at_end(int terminal, int group) {
  lending_group = group;
  borrower = platform_process_id();
  __atomic_store_n(&borrowed_terminal, terminal, __ATOMIC_RELEASE);
  for (int signal = 1; signal <= 64; signal++) {
    struct sigaction action;
    if (!ends_process(signal) || sigaction(signal, 0, &action) != 0) continue;
    bool is_default =
        action.sa_flags & SA_SIGINFO ? action.sa_sigaction == give_back_and_end : action.sa_handler == SIG_DFL;
    if (!is_default) continue;
    sigfillset(&action.sa_mask);
    set_default(signal, &action);
    sigaction(signal, &action, 0);
  }
}

// MARK: - Dispositions

int platform_set_disposition(int signal, enum platform_disposition disposition) {
  if (!is_signal(signal)) return EINVAL;
  struct sigaction action = {.sa_flags = 0};
  sigfillset(&action.sa_mask);
  switch (disposition) {
    case PLATFORM_SIGNAL_DEFAULT: set_default(signal, &action); break;
    case PLATFORM_SIGNAL_IGNORE: action.sa_handler = SIG_IGN; break;
    // Without SA_RESTART: whoever waits in the kernel wants to know.
    case PLATFORM_SIGNAL_HANDLE:
      action.sa_sigaction = handle;
      action.sa_flags = SA_SIGINFO;
      break;
  }
  // Known as handled before it is, so that no child ever begins with this handler.
  if (disposition == PLATFORM_SIGNAL_HANDLE) remember(&handled_signals, signal, true);
  struct sigaction before;
  if (sigaction(signal, &action, &before) != 0) {
    int error = errno;
    if (disposition == PLATFORM_SIGNAL_HANDLE) remember(&handled_signals, signal, false);
    return error;
  }
  remember_entry(signal, &before);
  remember(&handled_signals, signal, disposition == PLATFORM_SIGNAL_HANDLE);
  remember(&ignored_signals, signal, disposition == PLATFORM_SIGNAL_IGNORE);
  return 0;
}

uint64_t platform_handled_signals(void) { return __atomic_load_n(&handled_signals, __ATOMIC_ACQUIRE); }

uint64_t platform_ignored_signals(void) { return __atomic_load_n(&ignored_signals, __ATOMIC_ACQUIRE); }

bool platform_was_ignored_at_entry(int signal) {
  if (!is_signal(signal)) return false;
  if (!(__atomic_load_n(&known_at_entry, __ATOMIC_ACQUIRE) & bit(signal))) {
    struct sigaction found;
    if (sigaction(signal, 0, &found) == 0) remember_entry(signal, &found);
  }
  return (__atomic_load_n(&ignored_at_entry, __ATOMIC_ACQUIRE) & bit(signal)) != 0;
}

bool platform_is_ignored(int signal) {
  struct sigaction found;
  return is_signal(signal) && sigaction(signal, 0, &found) == 0 && !(found.sa_flags & SA_SIGINFO) &&
         found.sa_handler == SIG_IGN;
}

int platform_set_signal_wake_descriptor(int descriptor) {
  return __atomic_exchange_n(&wake_descriptor, descriptor, __ATOMIC_ACQ_REL);
}

int platform_signal_wake_descriptor(void) { return __atomic_load_n(&wake_descriptor, __ATOMIC_ACQUIRE); }

int platform_make_signal_wake_descriptor(void) {
  int made = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (made < 0) return -1;
  int present = -1;
  if (__atomic_compare_exchange_n(&wake_descriptor, &present, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return made;
  close(made);
  return present;
}
