"""The one table of colours, in a light and a dark version, and the colours that people and circles wear."""

from __future__ import annotations

from types import MappingProxyType

LIGHT = MappingProxyType(
    {
        "bg": "#FAF6EF", "side": "#F2EADF", "surface": "#FFFDF9", "sunken": "#F5EEE4", "hover": "#EDE3D5",
        "border": "#E8DDCD", "line": "#8F7F6E", "track": "#F0E5D6",
        "ink": "#2A211B", "ink2": "#5A4E44", "ink3": "#6C5E50",
        "primary": "#B2442A", "primary_hover": "#9C3820", "on_primary": "#FFFFFF",
        "primary_soft": "#FBE5DA", "on_primary_soft": "#8A331B",
        "teal": "#1E6B62", "teal_soft": "#DCEEE9", "on_teal_soft": "#14534B", "on_teal": "#FFFFFF",
        "gold": "#B0720F", "gold_soft": "#FCEFD2", "on_gold_soft": "#754E00",
        "plum": "#7A4A8C", "plum_soft": "#F1E6F4", "on_plum_soft": "#5F3670",
        "danger": "#B3261E", "danger_soft": "#FCE4E1", "on_danger_soft": "#8C1D18",
        "ok": "#2E7240", "ok_soft": "#E0F0DF", "on_ok_soft": "#1F5A30",
        "focus": "#1F5FBF", "shadow": "#462D19",
        "hero_start": "#9E3820", "hero_middle": "#AD4526", "hero_end": "#9E5018", "on_hero": "#FFF6EE",
        "hero_paper": "#FFF8F1", "on_hero_paper": "#8A331B", "arc_start": "#E39A3B",
        "screen_start": "#FBF3E7", "screen_end": "#F7E3D3",
    }
)  # fmt: skip
DARK = MappingProxyType(
    {
        "bg": "#1A1614", "side": "#141110", "surface": "#241F1B", "sunken": "#1F1A17", "hover": "#332B26",
        "border": "#38302A", "line": "#8F8072", "track": "#3A312A",
        "ink": "#F6EEE5", "ink2": "#D2C5B7", "ink3": "#AB9C8D",
        "primary": "#F2916B", "primary_hover": "#F7A585", "on_primary": "#2B1108",
        "primary_soft": "#46271A", "on_primary_soft": "#FFC7AE",
        "teal": "#72CBBB", "teal_soft": "#17423C", "on_teal_soft": "#A9E5DA", "on_teal": "#0B2622",
        "gold": "#F0BD5B", "gold_soft": "#463515", "on_gold_soft": "#FBDD9E",
        "plum": "#CFA3E0", "plum_soft": "#3B2843", "on_plum_soft": "#E5CBEF",
        "danger": "#F2857C", "danger_soft": "#4C211E", "on_danger_soft": "#FFB9B2",
        "ok": "#86CF95", "ok_soft": "#1E3B25", "on_ok_soft": "#B5E6BE",
        "focus": "#8CB8FF", "shadow": "#000000",
        "hero_start": "#7E2D19", "hero_middle": "#97411F", "hero_end": "#885019", "on_hero": "#FFF3EA",
        "hero_paper": "#FFF3E6", "on_hero_paper": "#8A331B", "arc_start": "#F0BD5B",
        "screen_start": "#211A16", "screen_end": "#17110E",
    }
)  # fmt: skip

SHADOW_ALPHA_LIGHT, SHADOW_ALPHA_DARK = 26, 90

PEOPLE_COLORS = ("#B2442A", "#1E6B62", "#7A4A8C", "#2F5F9E", "#8A5A12", "#A63D62", "#4F6A28", "#4A5A66")
"""Every one of them carries white initials at 5.6:1 or better."""

LOGO_COLORS = ("#C9552F", "#D9962A", "#1E6B62", "#7A4A8C", "#2F5F9E", "#A63D62", "#4F6A28")
