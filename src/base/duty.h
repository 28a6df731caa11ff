// Work that only one of several nodes does at a time. Whoever does it asks before each step; one that was under way when the
// duty went to another node must be harmless by itself (conditional updates, ids that receivers know again).
#pragma once

namespace latchkey {

class Duty {
 public:
  virtual ~Duty() = default;
  // Whether it is this node's now. Thread-safe; never waits.
  virtual bool mine() const = 0;
  // Of a node that is alone.
  static const Duty& always();
};

}  // namespace latchkey
