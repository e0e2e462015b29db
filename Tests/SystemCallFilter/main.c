// Runs a program for which the kernel refuses one system call: SystemCallFilter NAME ERRNO PROGRAM ARGUMENT...
// or one that can signal its descendants only: SystemCallFilter --descendants PROGRAM NAME ARGUMENT...
// (NAME is what the program is told to be called.)
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CTestSupport.h"

static int failed(const char *what) {
  perror(what);
  return 99;
}

int main(int count, char *words[]) {
  if (count < 4) {
    fprintf(stderr, "usage: SystemCallFilter NAME ERRNO PROGRAM ARGUMENT...\n"
                    "       SystemCallFilter --descendants PROGRAM NAME ARGUMENT...\n");
    return 99;
  }
  if (strcmp(words[1], "--descendants") == 0) {
    if (testKeepSignalsToDescendants() != 0) return failed("filter");
    execv(words[2], words + 3);
    return failed(words[2]);
  }
  if (testRefuseSystemCall(words[1], atoi(words[2])) != 0) return failed(words[1]);
  execvp(words[3], words + 3);
  return failed(words[3]);
}
