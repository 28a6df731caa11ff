#include "base/secret.h"

#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

namespace latchkey {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!Printable<Secret>);
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_convertible_v<Secret, std::string_view>);
static_assert(!fmt::is_formattable<Secret>::value);

TEST(Secret, TakesOverAndWipesItsSource) {
  std::string source = "short";
  const char* bytes = source.data();
  const Secret secret(std::move(source));
  EXPECT_EQ(secret.expose(), "short");
  EXPECT_EQ(std::string_view(bytes, 5), std::string_view("\0\0\0\0\0", 5));
}

TEST(Secret, MovedFromIsEmpty) {
  Secret first(std::string("a longer secret that does not fit inside the object"));
  const Secret second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): what the move leaves is the point
  EXPECT_FALSE(second.empty());
}

TEST(Secret, EqualsComparesWholeValues) {
  const Secret secret(std::string("abc"));
  EXPECT_TRUE(secret.equals("abc"));
  EXPECT_FALSE(secret.equals("abd"));
  EXPECT_FALSE(secret.equals("ab"));
}

}  // namespace
}  // namespace latchkey
