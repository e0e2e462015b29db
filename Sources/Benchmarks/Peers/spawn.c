// What starting a program costs at least: vfork, exec, wait. `spawn COUNT [MEGABYTES]`, with so much memory in use.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int main(int count, char **arguments) {
  int turns = count > 1 ? atoi(arguments[1]) : 500;
  size_t bytes = count > 2 ? (size_t)atoi(arguments[2]) << 20 : 0;
  volatile char *memory = bytes ? malloc(bytes) : 0;
  for (size_t i = 0; memory && i < bytes; i += 4096) memory[i] = 1;
  double start = microseconds();
  for (int i = 0; i < turns; i++) {
    char *program[] = {"/bin/true", 0};
    pid_t child = vfork();
    if (child == 0) {
      execve(program[0], program, environ);
      _exit(127);
    }
    if (child < 0 || waitpid(child, 0, 0) != child) return 1;
  }
  printf("spawn_us %.2f\n", (microseconds() - start) / turns);
  return 0;
}
