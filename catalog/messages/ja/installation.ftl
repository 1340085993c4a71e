# 全体の設定
installation-title = 全体の設定
nav-installation = 全体の設定
installation-touches = おとりに触れた記録を残す期間
installation-touches-why = 期間を過ぎた月の記録は、毎日の手入れのときに、月ごとまとめて消えます。何件消えたかは全体の記録簿に残ります。事案にまとめた内容は消えません。
installation-months = 残す月数（今月を除く）
installation-months-hint = 3〜120。ふつうは24です。前の年の同じ月と比べられ、侵入の道すじを後から調べる間も残ります。
installation-months-unit = か月
installation-first = いまの設定では、{ $month } より前の記録を消します。
installation-save = 保存する
log-touches-keep = おとりの記録を残す期間を変えた
log-touches-letting-go = 期間を過ぎたおとりの記録を消しはじめた
log-touches-let-go = 期間を過ぎたおとりの記録を消した
