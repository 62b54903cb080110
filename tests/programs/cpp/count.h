#ifndef COUNT_H
#define COUNT_H
#ifdef __cplusplus
extern "C" {
#endif
/* Seen from C and from C++. */
int count_up(int by);
#ifdef __cplusplus
}
#endif
#endif
