// Waits on this loop for what a limiter answers that counts elsewhere (limit::Limiter::ask).
//
//   if (decision->outcome == check::Outcome::kNeedLimits) {
//     const auto answer = co_await limit_answer(limiter, scratch);
//     request.limits = answer.get();
//     decision = &checker.check(request, scratch);
//   }
//
// A coroutine that dies meanwhile is not resumed; the answer then goes nowhere. The loop must outlive its coroutines, and the
// limiter must answer every question.
#pragma once
#include <coroutine>
#include <memory>
#include <mutex>

#include "check/limits.h"
#include "net/loop.h"

namespace latchkey::guard {

class AskedLimits final : public limit::Question, public std::enable_shared_from_this<AskedLimits> {
 public:
  void answered() override {
    const std::lock_guard lock(mutex_);
    if (loop_ == nullptr) return;
    loop_->post([self = shared_from_this()] {
      if (self->awaiter_) self->awaiter_.resume();
    });
  }

  // Both on the loop.
  void wait(net::Loop& loop, std::coroutine_handle<> awaiter) {
    awaiter_ = awaiter;
    loop_ = &loop;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    awaiter_ = {};
    loop_ = nullptr;
  }

 private:
  std::mutex mutex_;
  net::Loop* loop_ = nullptr;        // guarded by mutex_ once it is asked
  std::coroutine_handle<> awaiter_;  // the loop's thread only
};

class [[nodiscard]] LimitAnswer {
 public:
  LimitAnswer(limit::Limiter& limiter, const check::Scratch& scratch)
      : limiter_(limiter), question_(std::make_shared<AskedLimits>()) {
    check::ask_limits(scratch, *question_);
  }
  LimitAnswer(const LimitAnswer&) = delete;
  LimitAnswer& operator=(const LimitAnswer&) = delete;
  ~LimitAnswer() { question_->leave(); }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiter) {
    question_->wait(net::Loop::current(), awaiter);
    limiter_.ask(question_);
  }
  std::shared_ptr<AskedLimits> await_resume() { return question_; }

 private:
  limit::Limiter& limiter_;
  std::shared_ptr<AskedLimits> question_;
};

inline LimitAnswer limit_answer(limit::Limiter& limiter, const check::Scratch& scratch) { return {limiter, scratch}; }

}  // namespace latchkey::guard
