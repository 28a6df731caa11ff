#include "sample_api/data.h"
#include "sample_api/listings.h"

namespace latchkey::sample {
namespace {

// Every campaign runs on about half of all days.
bool runs_on(int index, const std::string& date) {
  return date.empty() || mix(mix(date) + static_cast<std::uint64_t>(index)) % 2 == 0;
}

bool runs_through(int index, std::optional<int> channel) {
  const std::vector<int> channels = channels_of_campaign(index);
  return !channel || std::find(channels.begin(), channels.end(), *channel) != channels.end();
}

std::string execution_of(int index, int id) {
  return fmt::format("\"CampaignID\":{},\"TargetGroupID\":{},\"Audience\":{},\"Duration\":{}", id, 1 + index % 20,
                     500 + index * 17, 1 + index % 7);
}

}  // namespace

Listing executed_campaigns(const Asked& asked) {
  return list_of(kCampaigns, [date = asked.date](int i) -> Row {
    if (!runs_on(i, date)) return std::nullopt;
    return "{" + execution_of(i, campaign_id(i)) + "}";
  });
}

Listing executed_campaigns_by_channel(const Asked& asked) {
  return list_of(kCampaigns, [channel = asked.channel, date = asked.date](int i) -> Row {
    if (!runs_on(i, date) || !runs_through(i, channel)) return std::nullopt;
    return fmt::format("{{\"CampaignID\":{}}}", campaign_id(i));
  });
}

// One row for each template: a campaign uses one on each of its channels.
Listing executed_campaign_on_channel(const Asked& asked) {
  return list_of(kCampaigns, [asked](int i) -> Row {
    if ((asked.campaign && campaign_index(*asked.campaign) != i) || !runs_through(i, asked.channel))
      return std::nullopt;
    return fmt::format("{{{},\"TemplateID\":{},\"ListID\":{}}}",
                       execution_of(i, asked.campaign.value_or(campaign_id(i))), 10 + i, 900 + i);
  });
}

Listing campaign(const Asked& asked) {
  const int id = asked.campaign.value_or(campaign_id(0)), index = campaign_index(id);
  std::string channels;
  for (const int channel : channels_of_campaign(index)) {
    channels += fmt::format("{}{{\"Id\":{},\"Name\":\"{}\",\"TemplateID\":{}}}", channels.empty() ? "" : ",", channel,
                            channel_name(channel), 10 + index);
  }
  return one(
      fmt::format("{{\"CampaignID\":{},\"TargetGroupName\":\"Group {}\",\"StartDate\":\"{}\",\"Channels\":[{}]}}", id,
                  1 + index % 20, day(index % kDays), channels));
}

Listing execution_channels(const Asked&) {
  return list_of(static_cast<int>(kChannels.size()), [](int i) -> Row {
    const int channel = kChannels[static_cast<std::size_t>(i)];
    return fmt::format("{{\"ChannelID\":{},\"ChannelName\":\"{}\"}}", channel, channel_name(channel));
  });
}

Listing promo_codes(const Asked& asked) {
  const std::uint64_t seed =
      mix(asked.date) + static_cast<std::uint64_t>(asked.campaign.value_or(0) + asked.target_group.value_or(0));
  return list_of(12, [seed](int i) -> Row {
    return fmt::format("{{\"ActionID\":{},\"PromoCode\":\"PC{:04}\"}}", 1 + i,
                       mix(seed + static_cast<std::uint64_t>(i)) % 10'000);
  });
}

}  // namespace latchkey::sample
