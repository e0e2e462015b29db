#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "platform_faults.h"
#include "platform_loop.h"

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

static socklen_t make_address(union address *address, const char *host, uint16_t port) {
  memset(address, 0, sizeof *address);
  if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1) {
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons(port);
    return sizeof address->v4;
  }
  if (inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1) {
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons(port);
    return sizeof address->v6;
  }
  errno = EINVAL;
  return 0;
}

static void describe(const union address *address, struct platform_endpoint *endpoint) {
  int is_v6 = address->any.sa_family == AF_INET6;
  const void *bytes = is_v6 ? (const void *)&address->v6.sin6_addr : (const void *)&address->v4.sin_addr;
  inet_ntop(address->any.sa_family, bytes, endpoint->host, sizeof endpoint->host);
  endpoint->port = ntohs(is_v6 ? address->v6.sin6_port : address->v4.sin_port);
}

static int close_with_error(int descriptor) {
  int saved = errno;
  close(descriptor);
  errno = saved;
  return -1;
}

static void send_at_once(int descriptor) {
  int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int open_socket(int family, int flags) {
  int error = PLATFORM_FAULT(PLATFORM_CALL_SOCKET);
  if (error == 0) return socket(family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  errno = error;
  return -1;
}

int platform_tcp_listen(const char *host, uint16_t port, int backlog, struct platform_endpoint *local) {
  union address address;
  socklen_t length = make_address(&address, host, port);
  if (length == 0) return -1;
  int descriptor = open_socket(address.any.sa_family, SOCK_NONBLOCK);
  if (descriptor < 0) return -1;
  int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t size = sizeof address;
  if (bind(descriptor, &address.any, length) != 0 || listen(descriptor, backlog) != 0 ||
      getsockname(descriptor, &address.any, &size) != 0)
    return close_with_error(descriptor);
  describe(&address, local);
  return descriptor;
}

int platform_tcp_accept(int listener, struct platform_endpoint *peer) {
  union address address;
  socklen_t size = sizeof address;
  int descriptor = accept4(listener, &address.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return -1;
  send_at_once(descriptor);
  describe(&address, peer);
  return descriptor;
}

int platform_tcp_connect(const char *host, uint16_t port, int *pending) {
  union address address;
  socklen_t length = make_address(&address, host, port);
  if (length == 0) return -1;
  int descriptor = open_socket(address.any.sa_family, SOCK_NONBLOCK);
  if (descriptor < 0) return -1;
  send_at_once(descriptor);
  *pending = 0;
  if (connect(descriptor, &address.any, length) == 0) return descriptor;
  if (errno != EINPROGRESS && errno != EINTR) return close_with_error(descriptor);
  *pending = 1;
  return descriptor;
}

int platform_tcp_connect_blocking(const char *host, uint16_t port, int64_t milliseconds) {
  union address address;
  socklen_t length = make_address(&address, host, port);
  if (length == 0) return -1;
  int descriptor = open_socket(address.any.sa_family, 0);
  if (descriptor < 0) return -1;
  send_at_once(descriptor);
  struct timeval limit = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(descriptor, &address.any, length) != 0) return close_with_error(descriptor);
  return descriptor;
}

int platform_socket_error(int descriptor) {
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

ssize_t platform_socket_send(int descriptor, const void *bytes, size_t count) {
  return send(descriptor, bytes, count, MSG_NOSIGNAL);
}
