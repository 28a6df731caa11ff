#include "base/asymmetric_fence.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/check.h"

namespace latchkey {
namespace {

bool membarrier(int command) { return ::syscall(__NR_membarrier, command, 0, 0) == 0; }

}  // namespace

const bool kHasMembarrier = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);

void heavy_fence() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  // It can't fail once it is registered; to go on if it did would free what others read.
  if (kHasMembarrier) LK_CHECK(membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
}

}  // namespace latchkey
