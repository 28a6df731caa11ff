#include "sample_api/operations.h"

#include <algorithm>

namespace latchkey::sample {
namespace {

constexpr ReadOperation kOperations[] = {
    {"getlastdataupdate", "", last_data_update},
    {"getregisteredeventlisteners", "", event_listeners},

    {"getcustomerattributelist", "", attribute_list},
    {"getlifecyclestagelist", "", lifecycle_stages},
    {"getmicrosegmentlist", "", microsegments},
    {"getmicrosegmentchangers", "", microsegment_changers},

    {"getallactions", "", actions},
    {"getactionsbytargetgroup", "", actions_of_target_group},
    {"getactionid", "", one_action},
    {"getactionname", "", one_action},
    {"getactiondetailsbytargetgroup", "", action_details},
    {"getpromocodes", "", promo_codes},
    {"getpromocodesbycampaign", "", promo_codes},
    {"getpromocodesbytargetgroup", "", promo_codes},
    {"getexecutedcampaigndetails", "", executed_campaigns},
    {"getcampaigndetails", "CampaignID", campaign},
    {"getexecutionchannels", "", execution_channels},
    {"getexecutedcampaignsbychannel", "", executed_campaigns_by_channel},
    {"getexecutedcampaignchanneldetails", "", executed_campaign_on_channel},

    {"gettargetgroupsbydate", "", target_groups},
    {"gettargetgroupid", "", one_target_group},
    {"gettargetgroupname", "", one_target_group},
    {"gettargetgroupdetails", "", target_group_details},

    {"getcurrentlytargetedcustomers", "", customers_in_campaign},
    {"getcanceledcampaigncustomers", "", customers_in_campaign},
    {"getcustomerlastactionexecuted", "CustomerID", last_action},
    {"getcustomeractionsbytargetgroup", "", customers_in_campaign},
    {"getcustomeronetimeactionsbycampaign", "", one_time_actions},
    {"getcustomeronetimeactionsbydate", "", one_time_actions},
    {"getcustomersbyaction", "", customers_in_campaign},
    {"getcustomersactionendedbydate", "", customers_in_campaign},
    {"getcustomersenddetailsbycampaign", "", send_details},
    {"getcustomersenddetailsbychannel", "", send_details},
    {"getcustomerexecutiondetailsbycampaign", "", execution_details},
    {"getcustomeractiondetailsbydate", "", customers_in_campaign},
    {"getcustomerfuturevalues", "", future_values},
    {"getcampaigninteractioncustomers", "", campaign_interactions},
    {"getcustomerchannelinteractions", "CustomerID", channel_interactions},
    {"getcustomerattributes", "CustomerID", customer_attributes},
    {"getcustomerattributechangers", "ChangedCustomerAttribute", attribute_changers},

    {"getvaluesegments", "", value_segments},
    {"getvaluesegmentid", "", one_value_segment},
    {"getvaluesegmentname", "", one_value_segment},
    {"getcustomersbyvaluesegment", "", customers_by_value_segment},
    {"getvaluesegmentchangers", "", value_segment_changers},

    {"getchanneltemplates", "", templates},
    {"getchanneltemplatesdetails", "", templates},
    {"getpromotions", "", promotions},
    {"getunsubscribers", "", unsubscribers},
};

}  // namespace

std::span<const ReadOperation> read_operations() { return kOperations; }

const ReadOperation* find_read_operation(std::string_view lower_name) {
  const auto* const found = std::ranges::find(kOperations, lower_name, &ReadOperation::name);
  return found == std::end(kOperations) ? nullptr : found;
}

}  // namespace latchkey::sample
