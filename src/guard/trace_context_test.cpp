#include "guard/trace_context.h"

#include <gtest/gtest.h>

#include "guard/relay_headers.h"

namespace latchkey::guard {
namespace {

constexpr std::string_view kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

net::RequestHead with(std::vector<net::Header> fields) {
  net::RequestHead head;
  head.headers = std::move(fields);
  return head;
}

// The trace fields that go upstream, as "name=value".
std::vector<std::string> passed_on(const net::RequestHead& head) {
  std::vector<std::string> out;
  const CallerFacts facts;
  for (const net::Header& field : fields_for_upstream(head, facts, false)) {
    if (is_trace_field(field.name)) out.push_back(std::string(field.name) + "=" + std::string(field.value));
  }
  return out;
}

TEST(TraceContext, AValidTraceGoesOnUnchangedWithItsState) {
  const auto head = with({{"Traceparent", kParent}, {"tracestate", "a=1"}, {"TraceState", "b=2"}});
  EXPECT_EQ(trace_id_of(head), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(passed_on(head), (std::vector<std::string>{"Traceparent=" + std::string(kParent), "tracestate=a=1", "TraceState=b=2"}));
}

TEST(TraceContext, WhatIsNotOneValidTraceIsRemovedWithItsState) {
  for (const auto& head : {with({{"traceparent", "00-x"}, {"tracestate", "a=1"}}), with({{"traceparent", kParent}, {"TRACEPARENT", kParent}, {"tracestate", "a=1"}}),
                           with({{"tracestate", "a=1"}}), with({{"traceparent", ""}})}) {
    EXPECT_EQ(trace_id_of(head), "");
    EXPECT_EQ(passed_on(head), std::vector<std::string>{});
  }
}

}  // namespace
}  // namespace latchkey::guard
