/*
 * Prints lines of 100 bytes, as a worker's log would look, and appends to a file when it began and ended,
 * by the system's monotonic clock, and its end by the time of day.
 * usage: emit LINES buffered|lines TIMES
 * `lines` hands every line to the system at once; `buffered` leaves it to the C library, 4 KB at a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  double start = now(CLOCK_MONOTONIC);
  long lines = atol(arguments[1]);
  setvbuf(stdout, NULL, strcmp(arguments[2], "lines") == 0 ? _IOLBF : _IOFBF, 4096);
  for (long i = 0; i < lines; i++) {
    if (i % 100000 == 99999)
      printf("2026-11-21 05:15:00,123 - Worker 0 - embed - WARNING - sequence %12ld is over the limit, cut\n", i);
    else if (i % 50000 == 49999)
      printf("Token usage: input=1000, output=100, cache_read=10, cache_creation=1 -------- after batch %9ld\n", i);
    else
      printf("2026-11-21 05:15:00,123 - Worker 0 - embed - INFO - batch %12ld, loss 0.12345, 512 sequences\n", i);
  }
  fflush(stdout);
  FILE *times = fopen(arguments[3], "a");
  if (times == NULL) return 3;
  fprintf(times, "%.6f %.6f %.6f\n", start, now(CLOCK_MONOTONIC), now(CLOCK_REALTIME));
  return fclose(times) == 0 ? 0 : 3;
}
