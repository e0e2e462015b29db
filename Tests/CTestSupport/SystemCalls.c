#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CTestSupport.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "Name the architecture as the kernel's audit does"
#endif

/// A call, and what of it the dynamic loader needs before a program begins: calls with (argument & mask) == value pass.
struct call {
  const char *name;
  int number;
  int spared_argument;
  unsigned mask, value;
};

#define CALL(name) {#name, SYS_##name, -1, 0, 0}
#define CALL_BUT(name, argument, mask, value) {#name, SYS_##name, argument, mask, value}

// Every call that the shell, the C library and the Swift runtime make for it, but these, without which no process lives:
// `execve`, `exit`, `exit_group`, `mmap`, `munmap`, `mprotect`, `brk`, `arch_prctl` and `rt_sigreturn`; `futex`, for
// which the C library stops the process; `pread64`, which the loader alone makes; `write`, without which nothing can be
// said and no thread wakes another; `close`, without which no reader of a pipe comes to its end.
static const struct call calls[] = {
    CALL_BUT(read, 2, ~0U, 832),           // the head of a library
    CALL_BUT(openat, 2, O_NOCTTY, 0),      // the shell always says O_NOCTTY
    CALL_BUT(fstat, 0, ~0U, 3),            // the loader's descriptor; the shell's own begin at 10
    CALL_BUT(newfstatat, 3, ~0U, 0x1000),  // AT_EMPTY_PATH
    CALL(statx),
    CALL(lseek),
    CALL(ppoll),
    CALL(rt_sigaction),
    CALL(rt_sigprocmask),
    CALL(sigaltstack),
    CALL(ioctl),
    CALL(readv),
    CALL(writev),
    CALL(faccessat),
    CALL(pipe2),
    CALL(sched_yield),
    CALL(sched_getaffinity),
    CALL(mremap),
    CALL(madvise),
    CALL(dup),
    CALL(dup3),
    CALL(fcntl),
    CALL(nanosleep),
    CALL(clock_nanosleep),
    CALL(clock_gettime),
    CALL(getpid),
    CALL(gettid),
    CALL(getppid),
    CALL(getpgid),
    CALL(setpgid),
    CALL(getsid),
    CALL(setsid),
    CALL(getuid),
    CALL(geteuid),
    CALL(getgid),
    CALL(getegid),
    CALL(clone),
    CALL(wait4),
    CALL(waitid),
    CALL(kill),
    CALL(tgkill),
    CALL(prctl),
    CALL(unshare),
    CALL(umask),
    CALL(getcwd),
    CALL(chdir),
    CALL(fchdir),
    CALL(getdents64),
    CALL(readlinkat),
    CALL(unlinkat),
    CALL(mkdirat),
    CALL(mknodat),
    CALL(symlinkat),
    CALL(getrusage),
    CALL(times),
    CALL(uname),
    CALL(prlimit64),
    CALL(getrandom),
    CALL(set_tid_address),
    CALL(set_robust_list),
    CALL(epoll_create1),
    CALL(epoll_ctl),
    CALL(epoll_pwait),
    CALL(eventfd2),
    CALL(tee),
    CALL(splice),
    CALL(memfd_create),
    CALL(socket),
    CALL(socketpair),
    CALL(bind),
    CALL(listen),
    CALL(accept4),
    CALL(connect),
    CALL(getsockname),
    CALL(getsockopt),
    CALL(setsockopt),
    CALL(sendto),
    CALL(recvfrom),
#ifdef SYS_epoll_pwait2
    CALL(epoll_pwait2),
#endif
#ifdef SYS_faccessat2
    CALL(faccessat2),
#endif
#ifdef SYS_close_range
    CALL(close_range),
#endif
#ifdef SYS_clone3
    CALL(clone3),
#endif
#ifdef SYS_rseq
    CALL(rseq),
#endif
    // What only the older architecture has.
#ifdef SYS_access
    CALL(access),
#endif
#ifdef SYS_poll
    CALL(poll),
#endif
#ifdef SYS_pipe
    CALL(pipe),
#endif
#ifdef SYS_dup2
    CALL(dup2),
#endif
#ifdef SYS_getpgrp
    CALL(getpgrp),
#endif
#ifdef SYS_getrlimit
    CALL(getrlimit),
#endif
#ifdef SYS_readlink
    CALL(readlink),
#endif
#ifdef SYS_epoll_wait
    CALL(epoll_wait),
#endif
#ifdef SYS_vfork
    CALL(vfork),
#endif
};

static const int call_count = sizeof calls / sizeof *calls;

const char *testSystemCallName(int index) { return index < call_count ? calls[index].name : NULL; }

static const struct call *find(const char *name) {
  for (int i = 0; i < call_count; i++)
    if (strcmp(calls[i].name, name) == 0) return &calls[i];
  return NULL;
}

int testRefuseSystemCall(const char *name, int error) {
  const struct call *call = find(name);
  if (!call) {
    errno = EINVAL;
    return -1;
  }
  int argument = call->spared_argument < 0 ? 0 : call->spared_argument;
  unsigned mask = call->spared_argument < 0 ? 0 : call->mask;
  // Without a spared argument, 0 never equals this.
  unsigned value = call->spared_argument < 0 ? 1 : call->value;
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 0, 9),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      // The shell may take a refusal for a process ID: then no signal shall reach every process of the machine.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kill, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ~0U, 6, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call->number, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(offsetof(struct seccomp_data, args) + 8 * (size_t)argument)),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 2),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((unsigned)error & SECCOMP_RET_DATA)),
  };
  struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

// Numbers below this are never given again when the kernel begins anew with the lowest ones (RESERVED_PIDS).
enum { REUSED_PROCESS_IDS = 300 };

int testKeepSignalsToDescendants(void) {
  pid_t own = getpid(), parent = getppid();
  // A descendant has a number above the own one, or one that is given again.
  unsigned least = (unsigned)(own < REUSED_PROCESS_IDS ? own : REUSED_PROCESS_IDS);
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 0, 8),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kill, 0, 6),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 4, 0),
      // A process group as its leader.
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x80000000U, 0, 1),
      BPF_STMT(BPF_ALU | BPF_NEG, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)parent, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, least, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  };
  struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}
