/* `echo CONNECTIONS N` as a plain epoll loop in C: both ends in one thread, 64 bytes, the same key. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { size = 64, batch = 256 };
static int epoll;
static long remaining[65536];
static char is_server[65536];

static void add(int descriptor) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
  int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int main(int count, char **words) {
  if (count < 4) return 2;
  int connections = atoi(words[2]);
  long trips = atol(words[3]) / connections * connections;
  epoll = epoll_create1(0);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  bind(listener, (struct sockaddr *)&address, length);
  listen(listener, 1024);
  getsockname(listener, (struct sockaddr *)&address, &length);
  add(listener);
  char buffer[size] = {7};
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int i = 0; i < connections; i++) {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(client, (struct sockaddr *)&address, length) != 0) return 1;
    add(client);
    remaining[client] = trips / connections;
    if (write(client, buffer, size) != size) return 1;
  }
  long done = 0;
  struct epoll_event events[batch];
  while (done < trips) {
    int ready = epoll_wait(epoll, events, batch, -1);
    for (int i = 0; i < ready; i++) {
      int descriptor = events[i].data.fd;
      if (descriptor == listener) {
        int accepted;
        while ((accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          is_server[accepted] = 1;
          add(accepted);
        }
        continue;
      }
      ssize_t got = read(descriptor, buffer, size);
      if (got <= 0) continue;
      if (!is_server[descriptor]) {
        done++;
        if (--remaining[descriptor] == 0) continue;
      }
      if (write(descriptor, buffer, got) != got) return 1;
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = (end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) / 1e9;
  printf("round_trips_per_s %.0f\n", trips / seconds);
}
