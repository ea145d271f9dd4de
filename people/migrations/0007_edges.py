"""A unit may end on the day it began: it was there on no day. Renewed recovery codes are a deed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_units_over_time'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='unit',
            name='unit_dates_in_order',
        ),
        migrations.AlterField(
            model_name='peoplechange',
            name='deed',
            field=models.CharField(choices=[('account_made', 'lập tài khoản'), ('renamed', 'sửa họ tên'), ('role_given', 'giao vai trò'), ('role_ended', 'kết thúc vai trò'), ('moved', 'chuyển đơn vị'), ('left', 'nghỉ việc, đóng tài khoản'), ('came_back', 'mở lại tài khoản'), ('link_made', 'cấp liên kết đặt mật khẩu'), ('password_set', 'đặt mật khẩu'), ('factor_set', 'bật mã xác thực'), ('factor_dropped', 'bỏ mã xác thực'), ('codes_renewed', 'lập mã dự phòng mới'), ('token_issued', 'cấp khóa của máy'), ('token_rotated', 'thay khóa của máy'), ('token_revoked', 'thu hồi khóa của máy'), ('vouched_linked', 'nối danh tính'), ('vouched_unlinked', 'gỡ nối danh tính'), ('unit_made', 'lập đơn vị'), ('unit_changed', 'sửa đơn vị'), ('unit_dissolved', 'giải thể, sáp nhập đơn vị')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='unit_dates_in_order'),
        ),
    ]
