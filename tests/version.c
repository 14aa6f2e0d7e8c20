/* The header compiles as strict C99 and C++11, and the library that it names is the one that is linked. */
#include "xeploai.h"
#include "xeploai.h"
#include <stdio.h>
#include <string.h>

int main(void) {
    if (xeploai_abi_version() != XEPLOAI_ABI_VERSION) {
        return 1;
    }
    if (strlen(xeploai_version()) == 0) {
        return 2;
    }
    printf("C: 2 passed, 0 failed\n");
    return 0;
}
