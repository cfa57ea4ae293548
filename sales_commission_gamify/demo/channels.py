"""Where the game tells what happened: a channel of Discuss, with its first post."""

BIG = 2_000


def play(env):
    env["sales.commission.lead"]._watch(env.company)
    channel = env["sales.commission.channel"].create(
        {
            "channel_id": env["discuss.channel"]
            .create({"name": "sales", "channel_type": "channel"})
            .id,
            "least_amount": BIG,
        }
    )
    # What a new channel skips, the story so far, is its first post; and as all of it
    # is one transaction, nothing may still come in.
    channel.write(
        dict.fromkeys(
            ("last_credit_id", "last_award_id", "last_lead_id", "last_result_id"), 0
        )
    )
    channel.with_context(settle_seconds=-60)._post_news()
