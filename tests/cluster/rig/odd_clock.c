/* Clocks that tell something else, for one program that this is loaded into before the C library. A steady clock runs at ODD_CLOCK_RATE
   times its pace from the program's start on, and wall clocks are off by ODD_CLOCK_SECONDS.

   Deadlines that the program hands to the kernel are the kernel's to wait for, by true clocks: at a rate of 1.0004 they end 0.4 ms early or late
   for each second that the program has run. (The package faketime lets steady clocks count from 1970, so that such a wait takes fifty years.) */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static double rate = 1;
static long long off_seconds;
static long long start_ns[16];

static long long true_ns(clockid_t id) {
  struct timespec now;
  if (syscall(SYS_clock_gettime, id, &now) != 0) return 0;
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

__attribute__((constructor)) static void begin(void) {
  const char* text = getenv("ODD_CLOCK_RATE");
  if (text) rate = atof(text);
  text = getenv("ODD_CLOCK_SECONDS");
  if (text) off_seconds = atoll(text);
  for (int id = 0; id < 16; ++id) start_ns[id] = true_ns(id);
}

static int is_steady(clockid_t id) {
  return id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_RAW || id == CLOCK_MONOTONIC_COARSE || id == CLOCK_BOOTTIME;
}

int clock_gettime(clockid_t id, struct timespec* time) {
  const int status = (int)syscall(SYS_clock_gettime, id, time);
  if (status != 0) return status;
  if (is_steady(id) && rate != 1) {
    const long long now = time->tv_sec * 1000000000LL + time->tv_nsec;
    const long long odd = start_ns[id] + (long long)((double)(now - start_ns[id]) * rate);
    time->tv_sec = odd / 1000000000LL;
    time->tv_nsec = odd % 1000000000LL;
  }
  if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) time->tv_sec += off_seconds;
  return 0;
}

time_t time(time_t* result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}

int gettimeofday(struct timeval* result, void* zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  result->tv_sec = now.tv_sec;
  result->tv_usec = now.tv_nsec / 1000;
  return 0;
}
