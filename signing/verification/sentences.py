"""Why a verdict is what it is, in short sentences for a clerk."""

# The bytes
BYTES_CHANGED = "Nội dung đã bị sửa sau khi ký."
VALUE_WRONG = "Giá trị chữ ký không khớp với chứng thư của người ký."
SIGNATURE_UNREADABLE = "Không đọc được dữ liệu chữ ký, nên không kiểm tra được."
SIGNATURE_MALFORMED = "Dữ liệu chữ ký sai cấu trúc."
CONTENT_INSIDE = "Chữ ký mang theo nội dung riêng thay vì ký lên tệp này."
NO_CERTIFICATE = "Không có chứng thư của người ký, nên không kiểm tra được chữ ký."
UNKNOWN_ALGORITHM = "Chữ ký dùng thuật toán mà hệ thống không biết."
UNKNOWN_KIND = "Kiểu chữ ký %(kind)s không được hỗ trợ."
NOT_DER = "Chữ ký được mã hóa không đúng chuẩn; các phần mềm có thể kết luận khác nhau."

# What is covered
PARTIAL = "Chữ ký không bao trùm toàn bộ tệp tại lúc ký; có thể nội dung đã bị tráo."
ODD_STRUCTURE = "Tệp có cấu trúc không đúng chuẩn; các phần mềm có thể hiển thị khác nhau."

# What came later
CHANGED_LATER = "Sau khi ký, tệp đã bị thay đổi ngoài phạm vi cho phép."
FORBIDDEN_LATER = "Sau khi ký, tệp có thay đổi mà người ký không cho phép."
UNJUDGED_LATER = "Không xác định được những gì đã thêm vào sau khi ký."
LITTER_LATER = "Cuối tệp có dữ liệu lạ không thuộc chữ ký nào."
HIDDEN_LATER = "Nội dung để trống lúc ký đã được điền vào sau khi ký."
AMBIGUOUS_LATER = "Phần thêm sau khi ký được viết để các phần mềm khác nhau hiển thị khác nhau."
FORM_RESTYLED = "Sau khi ký, phông chữ hoặc cách hiển thị của biểu mẫu đã bị thay đổi."
FIELD_FILLED = "Ô biểu mẫu «%(field)s» được điền sau khi ký; người ký chưa thấy nội dung này."
SHOWN_BY_UNTRUSTED = (
    "Sau đó ô «%(field)s» được thêm vào trang bởi một người ký chưa được tin cậy; hãy xem nó có che nội dung không."
)
FIELD_REPLACED = "Ô biểu mẫu «%(field)s» đã có nội dung lúc ký nhưng bị thay đổi sau đó."
BOX_WITHOUT_SIGNATURE = "Sau khi ký, một ô «%(field)s» có hình nhưng không có chữ ký đúng đã được thêm vào."

# Who signed
CHAIN_INCOMPLETE = "Thiếu chứng thư trung gian nên chưa nối được tới tổ chức chứng thực gốc."
CHAIN_UNTRUSTED = "Chứng thư không thuộc tổ chức chứng thực được tin cậy ở đây."
CHAIN_BROKEN = "Chuỗi chứng thư không hợp lệ."
WRONG_USE = "Chứng thư không được cấp để ký tài liệu."
WRONG_TIMESTAMP_USE = "Chứng thư không được cấp để đóng dấu thời gian."
EXPIRED_UNPROVEN = "Chứng thư đã hết hạn và không có dấu thời gian tin cậy để biết ký lúc còn hạn."
EXPIRED_PROVEN = "Dấu thời gian cho thấy chữ ký được tạo khi chứng thư không còn hoặc chưa có hiệu lực."
CLAIMED_OUTSIDE = "Thời điểm ký ghi trong tệp nằm ngoài hạn của chứng thư."
CLAIMED_FUTURE = "Thời điểm ký ghi trong tệp ở tương lai."

# Revocation
REVOKED = "Chứng thư của người ký đã bị thu hồi từ %(date)s."
CA_REVOKED = "Chứng thư của tổ chức cấp đã bị thu hồi từ %(date)s."
REVOCATION_UNKNOWN = "Chưa biết chứng thư có bị thu hồi hay không: tệp không kèm thông tin thu hồi còn dùng được."
CA_REVOCATION_UNKNOWN = "Chưa biết chứng thư của tổ chức cấp có bị thu hồi hay không."

# Time and strength
WEAK = "Chữ ký dùng thuật toán hoặc khóa đã lỗi thời (%(what)s)."
CHAIN_WEAK = "Chuỗi chứng thư dùng thuật toán hoặc khóa đã lỗi thời (%(what)s)."
TIMESTAMP_BROKEN = "Dấu thời gian không khớp với chữ ký nên không được tính."
TIMESTAMP_UNTRUSTED = (
    "Dấu thời gian không đến từ nguồn được tin cậy hoặc đã hết hạn, nên chỉ biết giờ do người ký tự ghi."
)

SENTENCES = tuple(text for name, text in sorted(globals().items()) if name.isupper() and isinstance(text, str))
"""All of them, as templates."""
