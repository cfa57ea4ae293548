import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";

export const CHANNEL = "sales_commission/gained";

/** Says what a payee has just got: by a deal, a badge, the lead. Money, a badge and the
 * lead are worth a rainbow. */
export const gainsService = {
    dependencies: ["bus_service", "notification", "effect", "action"],

    start(env, {bus_service: bus, notification, effect, action}) {
        const celebrate = ({title, message, is_big: isBig, ...more}) => {
            const close = notification.add(message, {
                title,
                type: "success",
                buttons: [
                    {
                        name: more.button || _t("My Commissions"),
                        onClick: () => {
                            close();
                            action.doAction(
                                more.action ||
                                    "sales_commission_gamify.my_commissions_action",
                            );
                        },
                    },
                ],
            });
            // One at a time: several deals in a row must not hide the screen.
            const isStill = browser.matchMedia(
                "(prefers-reduced-motion: reduce)",
            ).matches;
            if (isBig && !isStill && !document.querySelector(".o_reward")) {
                effect.add({type: "rainbow_man", message, fadeout: "fast"});
            }
        };
        bus.subscribe(CHANNEL, celebrate);
        bus.start();
    },
};

registry.category("services").add("sales_commission_gains", gainsService);
