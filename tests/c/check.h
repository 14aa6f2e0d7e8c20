/* What the tests in C share: a check that counts, and texts of the library compared. C99 and C++11. */
#ifndef CHECK_H
#define CHECK_H

#include "xeploai.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long passed_checks;
static long failed_checks;

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (condition) {                                                                                               \
            passed_checks++;                                                                                           \
        } else {                                                                                                       \
            failed_checks++;                                                                                           \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
        }                                                                                                              \
    } while (0)

/* Prints the closing line; the exit code of the program. */
static int closing(const char *name) {
    printf("C, %s: %ld passed, %ld failed\n", name, passed_checks, failed_checks);
    return failed_checks == 0 ? 0 : 1;
}

#endif
