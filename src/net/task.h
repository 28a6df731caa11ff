// A coroutine that yields one value: Task<T>. Lazy: it runs when awaited (or detached), on the awaiting thread, and
// resumes whoever awaited it without growing the stack. Move-only; a Task that dies unfinished destroys its frame.
// An exception that leaves a Task is a bug of ours and stops the process: errors travel as Result<T>.
//
//   Task<Result<int>> answer() { co_return 42; }
//   Task<void> run() { auto r = co_await answer(); }
//   detach(run());
//
// Not thread-safe: a Task lives on one event loop. Frames come from a free list per thread, so that a request in steady
// state allocates nothing. A detached task that is still unfinished when its loop ends is destroyed by the loop.
#pragma once
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace latchkey::net {

template <class T>
class Task;

namespace detail {

void* allocate_frame(std::size_t size);
void release_frame(void* frame, std::size_t size) noexcept;

struct RecycledFrame {
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { release_frame(frame, size); }
};

struct PromiseBase : RecycledFrame {
  std::coroutine_handle<> awaiter = std::noop_coroutine();
  std::suspend_always initial_suspend() noexcept { return {}; }
  struct Final {
    bool await_ready() noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> self) noexcept {
      return self.promise().awaiter;
    }
    void await_resume() noexcept {}
  };
  Final final_suspend() noexcept { return {}; }
  [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <class U = T>  // so that `co_return {}` works
  void return_value(U&& v) {
    value.emplace(std::forward<U>(v));
  }
  T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() noexcept {}
  void take() noexcept {}
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
    handle_.promise().awaiter = awaiter;
    return handle_;
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  std::coroutine_handle<promise_type> handle_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

// A link of the list of detached tasks that belong to the loop running on this thread; of no list without a loop.
class DetachedLink {
 public:
  DetachedLink();
  virtual ~DetachedLink();
  DetachedLink(const DetachedLink&) = delete;
  DetachedLink& operator=(const DetachedLink&) = delete;
  virtual void destroy_frame() noexcept = 0;

 private:
  friend class DetachedList;
  DetachedLink* previous_ = nullptr;
  DetachedLink* next_ = nullptr;
};

// While it is active on a thread, tasks detached there enter it. destroy_all() ends those that are left.
class DetachedList {
 public:
  void activate();
  void deactivate();
  void destroy_all() noexcept;

 private:
  friend class DetachedLink;
  DetachedLink* first_ = nullptr;
};

// Starts at once and frees itself at its end.
struct Detached {
  struct promise_type final : RecycledFrame, DetachedLink {
    void destroy_frame() noexcept override { std::coroutine_handle<promise_type>::from_promise(*this).destroy(); }
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
  };
};

}  // namespace detail

// Runs a task to its end without anyone waiting for it.
inline detail::Detached detach(Task<void> task) { co_await std::move(task); }

}  // namespace latchkey::net
