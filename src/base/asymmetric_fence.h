// Two fences that order stores before later loads between two threads when one of them does it all the time and the other
// seldom: the frequent one costs nothing, the seldom one interrupts every other thread of the process (membarrier(2),
// MEMBARRIER_CMD_PRIVATE_EXPEDITED: a few microseconds). Where the kernel has none, both are a full fence.
//
//   mine.store(1, relaxed); light_fence(); if (theirs.load(acquire)) ...     // often
//   theirs.store(1, release); heavy_fence(); if (mine.load(acquire)) ...     // seldom: at least one of them sees the other
//
// Any thread.
#pragma once
#include <atomic>

namespace latchkey {

extern const bool kHasMembarrier;

inline void light_fence() {
  if (kHasMembarrier) {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  } else {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}

void heavy_fence();

}  // namespace latchkey
