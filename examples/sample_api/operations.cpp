#include "sample_api/operations.h"

#include <charconv>

#include "catalog/catalog.h"
#include "sample_api/data.h"

namespace latchkey::sample {
namespace {

using catalog::fold_ascii;

std::optional<int> number(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_day(const std::string& text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && number(text.substr(0, 4)) && number(text.substr(5, 2)) && number(text.substr(8, 2));
}

void read_number(const Query& query, const char* name, std::optional<int>& out, std::string& problem) {
  const std::string* text = query.find(name);
  if (text == nullptr || text->empty()) return;
  out = number(*text);
  if (!out) problem = fmt::format("{} must be a whole number.", name);
}

// "CustomerAttributes":[...] as the query asked, or nothing.
std::string attributes_of(int customer, const Asked& asked) {
  if (asked.attributes.empty()) return {};
  std::string out = ",\"CustomerAttributes\":[";
  for (std::size_t i = 0; i < asked.attributes.size(); ++i) {
    out += (i == 0 ? "" : ",") + attribute_json(customer, asked.attributes[i]).value_or("null");
  }
  return out + "]";
}

bool wants_channel(const Asked& asked, int channel) { return !asked.channel || *asked.channel == channel; }

bool in_dates(const Asked& asked, const std::string& date) {
  if (!asked.date.empty()) return asked.date == date;
  return (asked.start_date.empty() || asked.start_date <= date) && (asked.end_date.empty() || date <= asked.end_date);
}

bool wants_customer(const Asked& asked, int customer) {
  return asked.customer.empty() || catalog::equal_ignoring_ascii_case(asked.customer, customer_id(customer));
}

int campaign_of(const Asked& asked, int row) { return asked.campaign.value_or(campaign_id(row % kCampaigns)); }

using Row = std::optional<std::string>;

Listing list(int rows, std::function<Row(int)> row) { return {rows, std::move(row), {}}; }
Listing object(std::string whole) { return {0, {}, std::move(whole)}; }

// Customers, one a row, with what `more` adds, narrowed by CustomerID.
Listing customers(const Asked& asked, int rows, std::function<std::string(int)> more) {
  return list(rows, [=](int i) -> Row {
    const int customer = i % kCustomers;
    if (!wants_customer(asked, customer)) return std::nullopt;
    return fmt::format("{{\"CustomerID\":\"{}\"{}{}}}", customer_id(customer), more(i), attributes_of(customer, asked));
  });
}

std::optional<Listing> campaigns(std::string_view name, const Asked& asked) {
  if (name == "getexecutedcampaignsbychannel") {
    return list(kCampaigns, [=](int i) -> Row {
      const auto channels = channels_of_campaign(i);
      const bool on = !asked.channel || std::find(channels.begin(), channels.end(), *asked.channel) != channels.end();
      // Every campaign runs again each week, so that any day has some.
      if (!on || (!asked.date.empty() && (i + asked.date.back()) % 7 > 3)) return std::nullopt;
      return fmt::format("{{\"CampaignID\":{}}}", campaign_id(i));
    });
  }
  if (name == "getexecutedcampaigndetails" || name == "getexecutedcampaignchanneldetails") {
    const bool by_channel = name == "getexecutedcampaignchanneldetails";
    return list(kCampaigns, [=](int i) -> Row {
      const int channel = channels_of_campaign(i)[0];
      if (asked.campaign && *asked.campaign != campaign_id(i)) return std::nullopt;
      if (by_channel && !wants_channel(asked, channel)) return std::nullopt;
      return fmt::format("{{\"CampaignID\":{},\"TargetGroupID\":{},\"Audience\":{},\"Duration\":7{}}}", campaign_id(i), 1 + i % 20, 500 + i * 17,
                         by_channel ? fmt::format(",\"TemplateID\":{},\"ListID\":{}", 10 + i, 900 + i) : "");
    });
  }
  if (name == "getcampaigndetails") {
    const int index = asked.campaign.value_or(campaign_id(0)) - campaign_id(0);
    std::string channels;
    for (const int channel : channels_of_campaign(std::max(0, index))) {
      channels += fmt::format("{}{{\"Id\":{},\"Name\":\"{}\",\"TemplateID\":{}}}", channels.empty() ? "" : ",", channel, channel_name(channel), 10 + index);
    }
    return object(fmt::format("{{\"CampaignID\":{},\"TargetGroupName\":\"Group {}\",\"StartDate\":\"{}\",\"Channels\":[{}]}}",
                              campaign_id(index), 1 + std::max(0, index) % 20, day(std::max(0, index) % 80), channels));
  }
  if (name == "getexecutionchannels") {
    return list(static_cast<int>(kChannels.size()), [](int i) -> Row {
      const int channel = kChannels[static_cast<std::size_t>(i)];
      return fmt::format("{{\"ChannelID\":{},\"ChannelName\":\"{}\"}}", channel, channel_name(channel));
    });
  }
  return std::nullopt;
}

std::optional<Listing> deliveries(std::string_view name, const Asked& asked) {
  if (name == "getcustomerchannelinteractions") {
    return list(60, [=](int i) -> Row {
      const std::string date = day(i);
      if (!in_dates(asked, date)) return std::nullopt;
      return fmt::format("{{\"Date\":\"{}\",\"CampaignID\":{},\"RecipientGroupID\":1,\"ActionID\":{},\"ChannelID\":{},\"TemplateID\":{},\"EventID\":{}}}",
                         date, campaign_id(i), 20 + i % 9, kChannels[static_cast<std::size_t>(i) % 6], 10 + i, 1 + i % 4);
    });
  }
  if (name == "getcustomeronetimeactionsbycampaign" || name == "getcustomeronetimeactionsbydate") {
    return list(kCustomers, [=](int i) -> Row {
      const int channel = kChannels[static_cast<std::size_t>(i) % 6];
      if (!wants_channel(asked, channel) || !wants_customer(asked, i)) return std::nullopt;
      return fmt::format("{{\"CustomerID\":\"{}\",\"RecipientGroupID\":1,\"ActionID\":{},\"ChannelID\":{}{}}}", customer_id(i), 10 + i % 30, channel,
                         attributes_of(i, asked));
    });
  }
  if (name == "getcustomersenddetailsbychannel" || name == "getcustomersenddetailsbycampaign") {
    return customers(asked, kCustomers, [](int i) {
      return fmt::format(",\"TemplateID\":{},\"ScheduledTime\":\"{} {:02}:00:00\"", 10 + i % 40, day(i % 80), 8 + i % 12);
    });
  }
  if (name == "getcustomerexecutiondetailsbycampaign") {
    return customers(asked, kExecutionRows, [](int i) {
      return fmt::format(",\"ActionID\":{},\"PromoCode\":\"PC{:04}\",\"ScheduleTime\":\"{} {:02}:30:00\"", 10 + i % 30, i % 500, day(i % 80), 8 + i % 12);
    });
  }
  if (name == "getcustomerattributechangers") {
    return list(kCustomers / 10, [=](int i) -> Row {
      const std::string changed = asked.changed_attribute.empty() ? "alias" : asked.changed_attribute;
      return fmt::format("{{\"CustomerID\":\"{}\",\"InitialCustomerAttribute\":{},\"FinalCustomerAttribute\":{}{}}}", customer_id(i),
                         attribute_json(i + 1, changed).value_or("null"), attribute_json(i, changed).value_or("null"), attributes_of(i, asked));
    });
  }
  if (name == "getcampaigninteractioncustomers") {
    return customers(asked, 800, [=](int i) { return fmt::format(",\"CampaignID\":{},\"EventID\":{}", campaign_of(asked, i), 1 + i % 4); });
  }
  return std::nullopt;
}

std::optional<Listing> people(std::string_view name, const Asked& asked) {
  if (name == "getcustomerattributes") {
    std::string members;
    int customer = 0;
    while (customer < kCustomers - 1 && !wants_customer(asked, customer)) ++customer;
    for (const auto& attribute : attribute_names()) {
      const std::string key = fold_ascii(attribute);
      if (!asked.attributes.empty() && std::find(asked.attributes.begin(), asked.attributes.end(), key) == asked.attributes.end()) continue;
      members += fmt::format(",\"{}\":{}", attribute, *attribute_json(customer, key));
    }
    return object(fmt::format("{{\"CustomerID\":\"{}\"{}}}", customer_id(customer), members));
  }
  if (name == "getcustomerfuturevalues") {
    return customers(asked, 500, [](int i) { return fmt::format(",\"FutureValue\":{}.50", i % 900); });
  }
  static constexpr std::string_view kByCustomer[] = {
      "getcurrentlytargetedcustomers", "getcanceledcampaigncustomers",   "getcustomerlastactionexecuted",
      "getcustomeractionsbytargetgroup", "getcustomersbyaction",         "getcustomersactionendedbydate",
      "getcustomeractiondetailsbydate", "getcustomersbyvaluesegment",    "getvaluesegmentchangers",
      "getmicrosegmentchangers",        "getunsubscribers"};
  if (std::find(std::begin(kByCustomer), std::end(kByCustomer), name) == std::end(kByCustomer)) return std::nullopt;
  return customers(asked, 1200, [](int i) { return fmt::format(",\"ActionID\":{},\"CampaignID\":{}", 10 + i % 30, campaign_id(i % kCampaigns)); });
}

// Lists of named things: an id, a name, and what else belongs to them.
std::optional<Listing> directory(std::string_view name, const Asked& asked) {
  struct Kind {
    std::string_view operation, id, label, word;
    int count;
  };
  static constexpr Kind kKinds[] = {
      {"getallactions", "ActionID", "ActionName", "Action", 60},
      {"getactionsbytargetgroup", "ActionID", "ActionName", "Action", 8},
      {"getactionid", "ActionID", "ActionName", "Action", 1},
      {"getactionname", "ActionID", "ActionName", "Action", 1},
      {"getactiondetailsbytargetgroup", "ActionID", "ActionDetails", "Action", 8},
      {"getpromocodes", "ActionID", "PromoCode", "PC", 40},
      {"getpromocodesbycampaign", "ActionID", "PromoCode", "PC", 6},
      {"getpromocodesbytargetgroup", "ActionID", "PromoCode", "PC", 9},
      {"gettargetgroupsbydate", "TargetGroupID", "TargetGroupName", "Group", 12},
      {"gettargetgroupid", "TargetGroupID", "TargetGroupName", "Group", 1},
      {"gettargetgroupname", "TargetGroupID", "TargetGroupName", "Group", 1},
      {"getvaluesegments", "ValueSegmentID", "ValueSegmentName", "Segment", 5},
      {"getvaluesegmentid", "ValueSegmentID", "ValueSegmentName", "Segment", 1},
      {"getvaluesegmentname", "ValueSegmentID", "ValueSegmentName", "Segment", 1},
      {"getlifecyclestagelist", "StageID", "StageName", "Stage", 5},
      {"getmicrosegmentlist", "MicrosegmentID", "MicrosegmentName", "Microsegment", 40},
      {"getchanneltemplates", "TemplateID", "TemplateName", "Template", 30},
      {"getchanneltemplatesdetails", "TemplateID", "TemplateName", "Template", 30},
      {"getpromotions", "PromoCode", "PromotionName", "Promotion", 25},
  };
  for (const Kind& kind : kKinds) {
    if (kind.operation != name) continue;
    return list(kind.count, [kind](int i) -> Row {
      return fmt::format("{{\"{}\":{},\"{}\":\"{} {}\"}}", kind.id, 1 + i, kind.label, kind.word, 1 + i);
    });
  }
  if (name == "gettargetgroupdetails") {
    return list(20, [](int i) -> Row {
      return fmt::format("{{\"TargetGroupID\":{0},\"TargetGroupName\":\"Group {0}\",\"TargetGroupPriority\":{0}}}", 1 + i);
    });
  }
  if (name == "getcustomerattributelist") {
    return list(static_cast<int>(attribute_names().size()), [](int i) -> Row {
      return fmt::format("{{\"RealFieldName\":\"{0}\",\"Description\":\"{0}\"}}", attribute_names()[static_cast<std::size_t>(i)]);
    });
  }
  if (name == "getregisteredeventlisteners") {
    return list(2, [](int i) -> Row { return fmt::format("{{\"EventTypeID\":{},\"ListenerURL\":\"https://listener.example/{}\"}}", 1 + i, 1 + i); });
  }
  if (name == "getlastdataupdate") return object("{\"Date\":\"" + day(80) + "\"}");
  return std::nullopt;
}

}  // namespace

Asked read_parameters(const Query& query) {
  Asked asked;
  read_number(query, "channelid", asked.channel, asked.problem);
  if (asked.channel == 0) asked.channel.reset();
  read_number(query, "campaignid", asked.campaign, asked.problem);
  read_number(query, "templateid", asked.template_id, asked.problem);
  std::optional<int> top, skip;
  read_number(query, "$top", top, asked.problem);
  read_number(query, "$skip", skip, asked.problem);
  asked.top = std::min(top.value_or(asked.top), 50'000);
  asked.skip = skip.value_or(0);
  const auto text = [&](const char* name, std::string& out) {
    if (const auto* value = query.find(name)) out = *value;
  };
  text("customerid", asked.customer);
  text("date", asked.date);
  text("startdate", asked.start_date);
  text("enddate", asked.end_date);
  for (const std::string* date : {&asked.date, &asked.start_date, &asked.end_date}) {
    if (!date->empty() && !is_day(*date)) asked.problem = "A date must be written like 2026-05-01.";
  }
  text("changedcustomerattribute", asked.changed_attribute);
  asked.changed_attribute = fold_ascii(asked.changed_attribute);
  std::string list;
  text("customerattributes", list);
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find_first_of(";,", at), list.size());
    if (end > at) asked.attributes.push_back(fold_ascii(list.substr(at, end - at)));
    at = end + 1;
  }
  for (const auto& name : asked.attributes) {
    if (!attribute_json(0, name)) asked.problem = "CustomerAttributes names an attribute that does not exist.";
  }
  return asked;
}

std::optional<Listing> listing_of(std::string_view name, const Asked& asked) {
  for (auto* part : {&campaigns, &deliveries, &people, &directory}) {
    if (auto listing = (*part)(name, asked)) return listing;
  }
  return std::nullopt;
}

}  // namespace latchkey::sample
