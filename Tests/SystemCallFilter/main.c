// Runs a program for which the kernel refuses one system call: SystemCallFilter NAME ERRNO PROGRAM ARGUMENT...
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "CTestSupport.h"

int main(int count, char *words[]) {
  if (count < 4) {
    fprintf(stderr, "usage: SystemCallFilter NAME ERRNO PROGRAM ARGUMENT...\n");
    return 99;
  }
  if (testRefuseSystemCall(words[1], atoi(words[2])) != 0) {
    perror(words[1]);
    return 99;
  }
  execvp(words[3], words + 3);
  perror(words[3]);
  return 99;
}
